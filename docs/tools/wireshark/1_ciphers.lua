
-- === ciphers: strings in, strings out ===========================================================
-- Wireshark 4.0 offers Lua no cipher, so here they are: small and slow. symcipher/ has the fast ones.

local bxor = (bit32 or bit).bxor
local WORD = 2 ^ 32

local function xor(a, b)
    return bxor(a, b) % WORD -- the words of `bit` are signed
end

local function rotate(x, bits)
    return x * 2 ^ bits % WORD + math.floor(x / 2 ^ (32 - bits))
end

-- The little-endian number in count bytes of text, the first of them at `at`.
local function little_endian(text, at, count)
    local number = 0
    for i = count - 1, 0, -1 do
        number = number * 256 + (text:byte(at + i) or 0)
    end
    return number
end

local function to_little_endian(number, count)
    local bytes = {}
    for i = 1, count do
        bytes[i] = string.char(math.floor(number % 256))
        number = math.floor(number / 256)
    end
    return table.concat(bytes)
end

local function xor_text(a, b)
    local out = {}
    for i = 1, #a do
        out[i] = string.char(bxor(a:byte(i), b:byte(i)))
    end
    return table.concat(out)
end

-- RFC 8439 2.1: the quarter round.
local function quarter_round(s, a, b, c, d)
    s[a] = (s[a] + s[b]) % WORD; s[d] = rotate(xor(s[d], s[a]), 16)
    s[c] = (s[c] + s[d]) % WORD; s[b] = rotate(xor(s[b], s[c]), 12)
    s[a] = (s[a] + s[b]) % WORD; s[d] = rotate(xor(s[d], s[a]), 8)
    s[c] = (s[c] + s[d]) % WORD; s[b] = rotate(xor(s[b], s[c]), 7)
end

-- RFC 8439 2.3: 64 bytes of key stream.
local function chacha20_block(key, counter, nonce)
    local start, out = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }, {}
    for i = 0, 7 do start[5 + i] = little_endian(key, 1 + 4 * i, 4) end
    start[13] = counter
    for i = 0, 2 do start[14 + i] = little_endian(nonce, 1 + 4 * i, 4) end
    local s = {}
    for i = 1, 16 do s[i] = start[i] end
    for _ = 1, 10 do
        quarter_round(s, 1, 5, 9, 13); quarter_round(s, 2, 6, 10, 14)
        quarter_round(s, 3, 7, 11, 15); quarter_round(s, 4, 8, 12, 16)
        quarter_round(s, 1, 6, 11, 16); quarter_round(s, 2, 7, 12, 13)
        quarter_round(s, 3, 8, 9, 14); quarter_round(s, 4, 5, 10, 15)
    end
    for i = 1, 16 do out[i] = to_little_endian((s[i] + start[i]) % WORD, 4) end
    return table.concat(out)
end

-- RFC 8439 2.4, from block 1 on.
local function chacha20(key, nonce, text)
    local out = {}
    for at = 1, #text, 64 do
        local stream = chacha20_block(key, 1 + (at - 1) / 64, nonce)
        out[#out + 1] = xor_text(text:sub(at, at + 63), stream)
    end
    return table.concat(out)
end

-- RFC 8439 2.5. Numbers modulo p = 2^130 - 5 are nine limbs of 16 bits.
local function carry_on(limbs)
    for k = 0, 7 do
        limbs[k + 1] = limbs[k + 1] + math.floor(limbs[k] / 2 ^ 16)
        limbs[k] = limbs[k] % 2 ^ 16
    end
end

-- 2^130 is 5: what stands above bit 130 comes back, five times as much, at the bottom.
local function reduce(limbs)
    carry_on(limbs)
    limbs[0] = limbs[0] + math.floor(limbs[8] / 4) * 5
    limbs[8] = limbs[8] % 4
    carry_on(limbs)
end

-- The limb with index 9 would stand for 2^144 = 2^14 * 2^130, which is 2^14 * 5. All sums stay below
-- 6 * 2^17 * 2^16 * 5 * 2^14 < 2^52, where Lua's numbers are exact.
local function multiply(h, r)
    local product = {}
    for k = 0, 8 do
        local sum = 0
        for i = 0, 8 do
            sum = sum + (i <= k and h[i] * r[k - i] or h[i] * r[k + 9 - i] * (5 * 2 ^ 14))
        end
        product[k] = sum
    end
    reduce(product)
    return product
end

local function poly1305(key, text)
    local r, h = { [8] = 0 }, {}
    for i = 0, 7 do
        r[i] = little_endian(key, 1 + 2 * i, 2)
        if i % 2 == 1 then r[i] = r[i] % 2 ^ 12 end            -- clamp r: the 4 high bits of every word
        if i % 2 == 0 and i > 0 then r[i] = r[i] - r[i] % 4 end -- and the 2 low bits of all but the first
    end
    for i = 0, 8 do h[i] = 0 end
    for at = 1, #text, 16 do
        local block = text:sub(at, at + 15) .. "\1"
        for i = 0, 8 do h[i] = h[i] + little_endian(block, 1 + 2 * i, 2) end
        h = multiply(h, r)
    end
    reduce(h)
    local over = { [0] = h[0] + 5 } -- h + 5 reaches 2^130: then h is p or more
    for i = 1, 8 do over[i] = h[i] end
    carry_on(over)
    if over[8] >= 4 then h = over end
    local tag, carry = {}, 0
    for i = 0, 7 do
        local sum = h[i] + little_endian(key, 17 + 2 * i, 2) + carry
        tag[#tag + 1] = to_little_endian(sum % 2 ^ 16, 2)
        carry = math.floor(sum / 2 ^ 16)
    end
    return table.concat(tag)
end

-- RFC 8439 2.8: the plaintext, or nil if the tag is wrong.
local function aead_open(key, nonce, header, sealed)
    local text, tag = sealed:sub(1, -17), sealed:sub(-16)
    local function padded(part) return part .. ("\0"):rep(-#part % 16) end
    local lengths = to_little_endian(#header, 8) .. to_little_endian(#text, 8)
    if poly1305(chacha20_block(key, 0, nonce), padded(header) .. padded(text) .. lengths) ~= tag then
        return nil
    end
    return chacha20(key, nonce, text)
end

-- docs/protocol.md: iv xor sequence, in the last 8 bytes.
local function record_nonce(iv, sequence)
    return xor_text(iv, ("\0"):rep(4) .. to_little_endian(sequence, 8):reverse())
end

-- docs/symcipher.md, the Feistel cipher: the same rounds backwards.
local GOLDEN = UInt64(0x7f4a7c15, 0x9e3779b9)

local function feistel_round(half, round_key)
    local x = half + round_key
    x = x:bxor(x:rol(19)):bxor(x:rol(41))
    return x + x:rol(31)
end

local function feistel_decrypter(key)
    local left, right = UInt64.decode(key:sub(1, 8), false), UInt64.decode(key:sub(9, 16), false)
    local round_keys = {}
    for i = 1, 16 do
        left, right = right, left:bxor(feistel_round(right, GOLDEN * UInt64(i)))
        round_keys[i] = right
    end
    return function(block)
        local l, r = UInt64.decode(block:sub(1, 8), false), UInt64.decode(block:sub(9, 16), false)
        for i = 16, 1, -1 do
            l, r = r, l:bxor(feistel_round(r, round_keys[i]))
        end
        return r:encode(false) .. l:encode(false)
    end
end

-- The IV comes first; padding (RFC 5652 6.3) last. nil: the padding is wrong.
local function cbc_decrypt(text, decrypt)
    local out = {}
    if #text < 32 or #text % 16 ~= 0 then return nil end
    for at = 17, #text, 16 do
        out[#out + 1] = xor_text(decrypt(text:sub(at, at + 15)), text:sub(at - 16, at - 1))
    end
    local plain = table.concat(out)
    local padding = plain:byte(-1)
    if padding < 1 or padding > 16 or plain:sub(-padding) ~= string.char(padding):rep(padding) then
        return nil
    end
    return plain:sub(1, -padding - 1)
end

local function bytewise(text, key, undo)
    local out = {}
    for i = 1, #text do
        out[i] = string.char(undo(text:byte(i), key:byte((i - 1) % #key + 1)))
    end
    return table.concat(out)
end

local function subtract(byte, key) return (byte - key) % 256 end

-- By the names that the table of suites uses.
local CLASSIC = {
    caesar = function(text, key) return bytewise(text, key, subtract) end,
    vigenere = function(text, key) return bytewise(text, key, subtract) end,
    vernam = function(text, key) return bytewise(text, key, bxor) end,
    ["xor-cbc"] = function(text, key)
        return cbc_decrypt(text, function(block) return xor_text(block, key) end)
    end,
    ["feistel-cbc"] = function(text, key) return cbc_decrypt(text, feistel_decrypter(key)) end,
}
for _, suite in pairs(SUITES) do
    assert(not suite.cipher or CLASSIC[suite.cipher], suite.name .. ": its cipher is missing here")
end
