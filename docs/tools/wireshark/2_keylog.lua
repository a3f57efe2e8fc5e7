
-- === the key log (docs/wireshark.md) ============================================================
-- Lines of LABEL LOOKUP KEY, in hex. Read again from where it ended whenever a key is missing, so that
-- a log that is still being written serves a live capture.

local keylog = { keys = {}, position = 0 }

function keylog:forget()
    self.keys, self.position = {}, 0
end

local function from_hex(text)
    return (text:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function to_hex(text)
    return (text:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

local function read_more(log, path)
    local file = path ~= "" and io.open(path, "rb")
    if not file then return end
    file:seek("set", log.position)
    local text = file:read("*a") or ""
    file:close()
    local whole = text:match("^.*\n") or "" -- a line that is still being written comes next time
    log.position = log.position + #whole
    for label, lookup, key in whole:gmatch("([%u%d_]+) (%x+) (%x+)\r?\n") do
        log.keys[label .. " " .. lookup:lower()] = from_hex(key)
    end
end

function keylog:find(path, label, lookup)
    local name = label .. " " .. to_hex(lookup)
    if not self.keys[name] then read_more(self, path) end
    return self.keys[name]
end
