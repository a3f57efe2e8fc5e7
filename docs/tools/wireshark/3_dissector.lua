
-- === fields and warnings ========================================================================

local glassbox = Proto("glassbox", "Glassbox channel")
local FIELDS, BY_FRAME, INNER = {}, {}, {}

local function names_of(rows)
    local names = {}
    for number, row in pairs(rows) do names[number] = row.name end
    return names
end

local function field(kind, abbreviation, name, ...)
    FIELDS[abbreviation] = ProtoField[kind]("glassbox." .. abbreviation, name, ...)
end

-- Fields whose numbers have names; all others are shown as the table types them.
local NAMES = {
    code = ALERTS,
    inner = { "data", "port", "rekey", "close" },
    step = { "ask", "answer", "secret", "switch" },
}
local KINDS = { u8 = "uint8", u16 = "uint16" }

field("uint8", "frame.type", "Type", base.DEC, names_of(FRAMES))
field("uint24", "frame.length", "Length of the body", base.DEC)
field("string", "message", "Message")
field("string", "sender", "Sender")
field("uint16", "suite", "Suite", base.HEX, names_of(SUITES))
field("string", "text", "Text")
field("string", "key", "Key from the key log")
field("uint64", "sequence", "Sequence number of the record")
field("uint32", "generation", "Re-keys of this direction")
field("framenum", "handover", "Port and ticket were told in", base.NONE, frametype.REQUEST)
field("string", "ftp", "FTP in the clear")
for _, message in ipairs(MESSAGES) do
    for _, one in ipairs(message.fields) do
        local path = message.abbreviation .. "." .. one.abbreviation
        if KINDS[one.type] then
            field(KINDS[one.type], path, one.name, base.DEC, NAMES[one.abbreviation], nil, one.meaning)
        elseif one.abbreviation == "reason" then
            field("string", path, one.name, base.ASCII, one.meaning)
        else
            field("bytes", path, one.name, base.NONE, one.meaning)
        end
        if one.type == "str" or one.type == "mpint" then
            field("uint16", path .. ".length", one.name .. ": length", base.DEC)
        end
    end
end
for _, one in pairs(FIELDS) do table.insert(glassbox.fields, one) end

local WARNINGS = {
    malformed = ProtoExpert.new("glassbox.malformed", "Not well formed: a Glassbox would hang up",
                                expert.group.MALFORMED, expert.severity.ERROR),
    oversized = ProtoExpert.new("glassbox.oversized", "Longer than this frame may be",
                                expert.group.MALFORMED, expert.severity.ERROR),
    not_authentic = ProtoExpert.new("glassbox.not_authentic", "The tag is wrong: changed, repeated or left out",
                                    expert.group.CHECKSUM, expert.severity.ERROR),
    no_key = ProtoExpert.new("glassbox.no_key", "No key in the key log",
                             expert.group.DECRYPTION, expert.severity.NOTE),
    cut = ProtoExpert.new("glassbox.cut", "The capture holds only a part of this frame",
                          expert.group.UNDECODED, expert.severity.NOTE),
    alert = ProtoExpert.new("glassbox.refused", "A side hangs up",
                            expert.group.RESPONSE_CODE, expert.severity.WARN),
}
for _, one in pairs(WARNINGS) do table.insert(glassbox.experts, one) end

glassbox.prefs.keylog = Pref.string("Key log", "", "The file that a Glassbox program wrote with --keylog")
glassbox.prefs.ports = Pref.range("TCP ports", DEFAULT_PORTS, "Rendezvous ports of chat and ftp servers", 65535)

-- === what is known of each connection ===========================================================

-- Rows by tcp.stream: client ("address port"), suite, lookup (client's random or ticket), sequence
-- and generation by sender, frames (what each turned out to be, by place), ftp.
local streams = {}
local tickets = {}      -- hex ticket: {frame, suite} of the port message
local suites_seen = {}  -- server's address: the suite of its last handshake
local ports_seen = {}   -- ports that we took for ourselves
local tcp_table = DissectorTable.get("tcp.port")
local ports_in_use = ""
local get_stream = Field.new("tcp.stream")

function glassbox.init()
    for port in pairs(ports_seen) do tcp_table:remove(port, glassbox) end
    streams, tickets, suites_seen, ports_seen = {}, {}, {}, {}
    keylog:forget()
    if glassbox.prefs.ports ~= ports_in_use then
        if ports_in_use ~= "" then tcp_table:remove(ports_in_use, glassbox) end
        ports_in_use = glassbox.prefs.ports
        if ports_in_use ~= "" then tcp_table:add(ports_in_use, glassbox) end
    end
end

local function take_port(port)
    if ports_seen[port] then return end
    ports_seen[port] = true
    tcp_table:add(port, glassbox)
end

local function source(pinfo) return tostring(pinfo.src) .. " " .. pinfo.src_port end

local function stream_of(pinfo)
    local number = get_stream().value
    streams[number] = streams[number] or {
        sequence = { client = 0, server = 0 }, generation = { client = 0, server = 0 }, frames = {},
    }
    return streams[number]
end

-- Whoever sends the first hello or resume is the client. A capture that begins later: the higher port.
local function sender_of(stream, pinfo, type)
    if not stream.client then
        local opens = type == 1 or type == 4 or pinfo.src_port > pinfo.dst_port
        stream.client = opens and source(pinfo) or tostring(pinfo.dst) .. " " .. pinfo.dst_port
        stream.server_address = opens and tostring(pinfo.dst) or tostring(pinfo.src)
    end
    return source(pinfo) == stream.client and "client" or "server"
end

local function suite_of(stream)
    return SUITES[stream.suite or suites_seen[stream.server_address]] or SUITES[DEFAULT_SUITE]
end

local BY_NAME = {}

for _, message in ipairs(MESSAGES) do
    local list = message.frame == 0 and INNER or BY_FRAME[message.frame] or {}
    if message.frame ~= 0 then BY_FRAME[message.frame] = list end
    list[#list + 1] = message
    BY_NAME[message.abbreviation] = message
end

local WAYS = { ["C->S"] = "client", ["S->C"] = "server" }

-- The message of a frame: two of a type differ by who sends them, or by the suite.
local function message_of(stream, sender, type)
    local list = BY_FRAME[type]
    if type == 3 then return BY_NAME[suite_of(stream).record] end
    for _, message in ipairs(list) do
        if message.direction == "both" or WAYS[message.direction] == sender then return message end
    end
end

-- The inner message whose first numbers, where the table knows only one value, are these bytes.
local function inner_message_of(plain)
    for _, message in ipairs(INNER) do
        local fits = true
        for i, one in ipairs(message.fields) do
            if one.type ~= "u8" or one.min ~= one.max then break end
            fits = fits and plain:byte(i) == one.min
        end
        if fits then return message end
    end
end

-- === fields of a message ========================================================================

local FIXED = { u8 = 1, u16 = 2, str = 2, mpint = 2 } -- bytes of the number or length in front

local function complain(tree, message, one, what)
    tree:add_proto_expert_info(WARNINGS.malformed,
                               message.name .. ": " .. (one and one.name .. " " or "") .. what)
    return nil
end

-- What the field `eph` of this message holds: a hello says itself which suite it is of.
local function share_of(stream, message, values)
    local suites = values.suites
    local suite = suites and SUITES[suites:byte(1) * 256 + suites:byte(2)] or suite_of(stream)
    return BY_NAME[suite[WAYS[message.direction] .. "_share"]]
end

-- Reads one field at `at`. Returns its value (number, or string of bytes), where the next begins, and
-- the branch that shows it.
local function decode_field(tvb, at, last, tree, message, one)
    local path = message.abbreviation .. "." .. one.abbreviation
    local front = FIXED[one.type] or 0
    if at + front > last then return complain(tree, message, one, "is not there") end
    local number = front > 0 and tvb(at, front):uint() or nil
    local value, place, branch = number, tvb(at, front), nil
    if KINDS[one.type] then
        tree:add(FIELDS[path], place)
    else
        number = number or one.type == "rest" and last - at or one.max
        if at + front + number > last then return complain(tree, message, one, "is cut short") end
        value = tvb:raw(at + front, number)
        if front > 0 then tree:add(FIELDS[path .. ".length"], place) end
        if number > 0 then
            branch = tree:add(FIELDS[path], tvb(at + front, number))
        end
        front = front + number
    end
    if number < one.min or number > one.max then
        return complain(tree, message, one, ("is %d, not %d to %d"):format(number, one.min, one.max))
    end
    if one.type == "mpint" and value:byte(1) == 0 then
        return complain(tree, message, one, "has leading zeros")
    end
    return value, at + front, branch
end

-- All fields; the values by abbreviation, nil for a message that the table refuses.
local function decode(stream, tvb, at, last, tree, message)
    local values, value, branch = {}, nil, nil
    for _, one in ipairs(message.fields) do
        value, at, branch = decode_field(tvb, at, last, tree, message, one)
        if value == nil then return nil end
        values[one.abbreviation] = value
        if one.abbreviation == "suites" then
            for i = at - #value, at - 2, 2 do tree:add(FIELDS["suite"], tvb(i, 2)) end
        end
        local share = one.abbreviation == "eph" and branch and share_of(stream, message, values)
        if share and not decode(stream, tvb, at - #value, at, branch, share) then return nil end
    end
    if at < last then return complain(tree, message, nil, "has bytes behind its end") end
    return values
end

-- === records ====================================================================================

-- The plaintext of a record, or nil and why not ("no_key", "not_authentic", "malformed").
local function open_modern(stream, sender, header, values)
    local label = ("%s_KEY_%d"):format(sender:upper(), stream.generation[sender])
    local sequence = stream.sequence[sender]
    stream.sequence[sender] = sequence + 1
    local known = stream.lookup and keylog:find(glassbox.prefs.keylog, label, stream.lookup)
    if not known or #known ~= 44 then return { failure = "no_key" } end
    local key, iv = known:sub(1, 32), known:sub(33)
    local plain = aead_open(key, record_nonce(iv, sequence), header, values.sealed)
    return { plain = plain, failure = not plain and "not_authentic", key = key, sequence = sequence,
             generation = stream.generation[sender] }
end

-- One key for both directions, and no numbers to count.
local function open_dh(stream, sender, values)
    local generation = stream.generation[sender]
    local label = ("SESSION_KEY_%d"):format(generation)
    local key = stream.lookup and keylog:find(glassbox.prefs.keylog, label, stream.lookup)
    if not key then return { failure = "no_key" } end
    local plain = CLASSIC[suite_of(stream).cipher](values.sealed, key)
    return { plain = plain, failure = not plain and "malformed", key = key, generation = generation }
end

local function open_textbook(stream, values)
    local key = keylog:find(glassbox.prefs.keylog, "TEXTBOOK_KEY", values.key:sub(1, 32))
    if not key then return { failure = "no_key" } end
    local plain = CLASSIC[suite_of(stream).cipher](values.sealed, key)
    return { plain = plain, failure = not plain and "malformed", key = key }
end

-- What an inner message changes for what follows.
local function follow_inner(stream, sender, message, values, pinfo)
    if message.abbreviation == "port" then
        tickets[values.ticket] = { frame = pinfo.number, suite = stream.suite }
        take_port(values.port)
    elseif message.abbreviation == "rekey_secret" or message.abbreviation == "rekey_switch" then
        stream.generation[sender] = stream.generation[sender] + 1
        stream.sequence[sender] = 0
    end
end

-- Text from a stranger on one line: no control characters, and no letter cut in two at the end.
local function printable(text, most)
    if #text > most then text = text:sub(1, most):gsub("[\192-\255][\128-\191]*$", "") .. "..." end
    return (text:gsub("%c", "."):gsub("\194[\128-\159]", "."))
end

local ftp_dissector = Dissector.get("ftp")

local function show_inner(stream, sender, opened, pinfo, tree, first)
    local tvb = ByteArray.new(opened.plain, true):tvb("Glassbox record, opened")
    local message = inner_message_of(opened.plain)
    if not message then
        tree:add_proto_expert_info(WARNINGS.malformed, "inner message: no such type")
        return "inner message of no known type"
    end
    local branch = tree:add(glassbox, tvb(), ("%s%s"):format(message.label ~= "" and message.label .. " " or "", message.name))
    branch:append_text(": " .. message.meaning)
    branch:add(FIELDS["message"], tvb(), message.name):set_generated()
    local values = decode(stream, tvb, 0, tvb:len(), branch, message)
    if not values then return message.name .. ", malformed" end
    if first then follow_inner(stream, sender, message, values, pinfo) end
    if message.abbreviation == "port" then return ("port %d"):format(values.port) end
    if message.abbreviation == "close" and values.code ~= 0 then
        branch:add_proto_expert_info(WARNINGS.alert, ALERTS[values.code] or "unknown code")
        return "close: " .. (ALERTS[values.code] or "unknown code")
    end
    if message.abbreviation ~= "data" then return message.name end
    if #values.data > 0 then
        branch:add(FIELDS["text"], tvb(1), printable(values.data, 200)):set_generated()
        if stream.ftp then ftp_dissector:call(tvb(1):tvb(), pinfo, tree) end
    end
    return ('data, %d bytes: "%s"'):format(#values.data, printable(values.data, 60))
end

local function show_record(stream, sender, known, tvb, at, values, pinfo, tree)
    local first = not known.opened
    if first then
        local message = known.message.abbreviation
        known.opened = message == "textbook_record" and open_textbook(stream, values)
            or message == "dh_record" and open_dh(stream, sender, values)
            or open_modern(stream, sender, tvb:raw(at, 4), values)
    end
    local opened = known.opened
    if opened.key then
        tree:add(FIELDS["key"], tvb(at, 0), to_hex(opened.key)):set_generated()
    end
    if opened.sequence then
        tree:add(FIELDS["sequence"], tvb(at, 0), UInt64(opened.sequence)):set_generated()
    end
    if opened.generation then
        tree:add(FIELDS["generation"], tvb(at, 0), opened.generation):set_generated()
    end
    if opened.plain then return show_inner(stream, sender, opened, pinfo, tree, first) end
    if opened.failure ~= "no_key" or glassbox.prefs.keylog ~= "" then
        tree:add_proto_expert_info(WARNINGS[opened.failure])
    end
    local sealed = ("record, %d bytes sealed"):format(#values.sealed)
    return opened.failure == "no_key" and sealed or sealed .. ", " .. opened.failure:gsub("_", " ")
end

-- === frames =====================================================================================

-- What a frame changes for what follows.
local function follow_frame(stream, message, values)
    if message.abbreviation == "client_hello" then
        stream.lookup = values.random ~= "" and values.random or values.eph:sub(-16)
    elseif message.abbreviation == "server_hello" then
        if values.random == "" then stream.lookup = (stream.lookup or "") .. values.eph:sub(-16) end
        stream.suite = values.suites:byte(1) * 256 + values.suites:byte(2)
        suites_seen[stream.server_address] = stream.suite
    elseif message.abbreviation == "client_resume" then
        stream.lookup = values.ticket
        stream.handover = tickets[values.ticket]
        stream.suite = stream.handover and stream.handover.suite or suites_seen[stream.server_address]
    end
end

-- One whole frame at `at`; returns its line for the Info column.
local function show_frame(stream, tvb, at, size, pinfo, root)
    local place = ("%d %d %d"):format(pinfo.number, tvb:len(), tvb:offset() + at)
    local known = stream.frames[place]
    local first = not known
    local type = tvb(at, 1):uint()
    if first then
        local sender = sender_of(stream, pinfo, type)
        known = { sender = sender, message = message_of(stream, sender, type) }
        stream.frames[place] = known
    end
    local message = known.message
    local title = (message.label ~= "" and message.label .. " " or "") .. message.name
    local tree = root:add(glassbox, tvb(at, size), ("Glassbox, %s"):format(title))
    tree:append_text(": " .. message.meaning)
    tree:add(FIELDS["frame.type"], tvb(at, 1))
    tree:add(FIELDS["frame.length"], tvb(at + 1, 3))
    tree:add(FIELDS["message"], tvb(at, size), message.name):set_generated()
    tree:add(FIELDS["sender"], tvb(at, size), known.sender):set_generated()
    local values = decode(stream, tvb, at + 4, at + size, tree, message)
    if not values then return title .. ", malformed" end
    if first then follow_frame(stream, message, values) end
    if type == 3 then return show_record(stream, known.sender, known, tvb, at, values, pinfo, tree) end
    if type == 4 and stream.handover then
        tree:add(FIELDS["handover"], tvb(at, size), stream.handover.frame):set_generated()
    end
    if type == 5 then
        tree:add_proto_expert_info(WARNINGS.alert, ALERTS[values.code] or "unknown code")
        title = title .. ": " .. (ALERTS[values.code] or "unknown code")
    end
    return title
end

local function refuse(tvb, at, root, warning, text)
    root:add(glassbox, tvb(at), "Glassbox: " .. text):add_proto_expert_info(WARNINGS[warning], text)
    return text
end

-- Where the next frame ends, or nil: more bytes are wanted (how many), or what is wrong with it.
local function next_frame(tvb, at)
    local left = tvb:len() - at
    local row = FRAMES[tvb(at, 1):uint()]
    if not row then return nil, nil, "malformed", "no frame of Glassbox" end
    if left < 4 then return nil, DESEGMENT_ONE_MORE_SEGMENT end
    local size = 4 + tvb(at + 1, 3):uint()
    if size - 4 > row.most then
        return nil, nil, "oversized", ("%s of %d bytes, more than %d"):format(row.name, size - 4, row.most)
    end
    if left < size then return nil, size - left end
    return size
end

local function show_frames(stream, tvb, pinfo, root)
    local at, lines = 0, {}
    while at < tvb:len() do
        local size, wanted, warning, text = next_frame(tvb, at)
        if size then
            lines[#lines + 1] = show_frame(stream, tvb, at, size, pinfo, root)
            at = at + size
        elseif wanted and pinfo.can_desegment > 0 and tvb:len() == tvb:reported_len() then
            pinfo.desegment_offset, pinfo.desegment_len = at, wanted
            break
        else
            lines[#lines + 1] = refuse(tvb, at, root, warning or "cut", text or "a frame cut short")
            break
        end
    end
    if #lines > 0 then
        pinfo.cols.protocol = "Glassbox"
        pinfo.cols.info = table.concat(lines, "; ")
    end
end

-- === FTP ========================================================================================

-- The control connection begins as FTP; after AUTH GLASSBOX and its 234 it is a channel (RFC 2228).
local function show_ftp(stream, tvb, pinfo, root)
    local text = tvb:raw()
    local ftp = stream.ftp
    local is_ours = text:upper():find("^AUTH GLASSBOX") ~= nil
    if is_ours then ftp.asked = true end
    if ftp.asked and text:find("^234") and not ftp.agreed then ftp.agreed = pinfo.number end
    if is_ours or ftp.agreed == pinfo.number then -- FTP's own dissector would wait for TLS
        local tree = root:add(glassbox, tvb(), "Glassbox: FTP goes on as a channel")
        tree:add(FIELDS["ftp"], tvb(), printable(text, 200))
        pinfo.cols.protocol = "Glassbox"
        pinfo.cols.info = "FTP: " .. printable(text, 60)
    else
        ftp_dissector:call(tvb, pinfo, root)
    end
end

-- === entry ======================================================================================

local function is_frame(tvb)
    return FRAMES[tvb(0, 1):uint()] ~= nil
end

function glassbox.dissector(tvb, pinfo, root)
    if tvb:len() == 0 then return 0 end
    local stream = stream_of(pinfo)
    if not next(stream.frames) and not stream.ftp and not is_frame(tvb) then stream.ftp = {} end
    if stream.ftp and not (stream.ftp.agreed and pinfo.number > stream.ftp.agreed) then
        show_ftp(stream, tvb, pinfo, root)
    else
        show_frames(stream, tvb, pinfo, root)
    end
    return tvb:len()
end

-- On ports that nobody told us: the first bytes of R1, of M1, and of AUTH GLASSBOX. The dissector of
-- FTP tells requests from replies by the port that the table knows, so there the port is taken.
glassbox:register_heuristic("tcp", function(tvb, pinfo, root)
    if tvb:len() < 10 then return false end
    local text = tvb:raw(0, math.min(tvb:len(), 16))
    if text:upper():find("^AUTH GLASSBOX") then
        take_port(pinfo.dst_port)
    elseif text:find("^\4\0\0\64") or text:find("^\1\0..\0" .. string.char(VERSION) .. "\0.") then
        pinfo.conversation = glassbox
    else
        return false
    end
    glassbox.dissector(tvb, pinfo, root)
    return true
end)
