-- Glassbox for Wireshark and tshark: docs/wireshark.md says how to use it.
-- Written by docs/tools/wire_lua.c (`make docs`) from the table of the wire: change it there.
-- SPDX-License-Identifier: MIT

-- === tables of the wire (docs/protocol.md) ======================================================

local DEFAULT_PORTS = "10101,2121" -- the rendezvous of the chat, and of FTP

-- Frames by type, and the most their bodies may hold.
local FRAMES = {
    [1] = { name = "hello", most = 16384 },
    [2] = { name = "exchange", most = 16384 },
    [3] = { name = "record", most = 327745 },
    [4] = { name = "resume", most = 16384 },
    [5] = { name = "alert", most = 16384 },
}

-- Suites by number; cipher is nil in the modern ones.
local SUITES = {
    [3] = { name = "modern", record = "modern_record", client_share = "hybrid_client_share", server_share = "hybrid_server_share" },
    [2] = { name = "modern:x25519", record = "modern_record", client_share = "x25519_share", server_share = "x25519_share" },
    [1] = { name = "modern:rsa", record = "modern_record", client_share = "rsa_share", server_share = "rsa_share" },
    [513] = { name = "dh:caesar", record = "dh_record", client_share = "dh_client_share", server_share = "dh_server_share", cipher = "caesar" },
    [514] = { name = "dh:vigenere", record = "dh_record", client_share = "dh_client_share", server_share = "dh_server_share", cipher = "vigenere" },
    [515] = { name = "dh:vernam", record = "dh_record", client_share = "dh_client_share", server_share = "dh_server_share", cipher = "vernam" },
    [516] = { name = "dh:xor-cbc", record = "dh_record", client_share = "dh_client_share", server_share = "dh_server_share", cipher = "xor-cbc" },
    [517] = { name = "dh:feistel-cbc", record = "dh_record", client_share = "dh_client_share", server_share = "dh_server_share", cipher = "feistel-cbc" },
    [257] = { name = "textbook:caesar", record = "textbook_record", cipher = "caesar" },
    [258] = { name = "textbook:vigenere", record = "textbook_record", cipher = "vigenere" },
    [259] = { name = "textbook:vernam", record = "textbook_record", cipher = "vernam" },
    [260] = { name = "textbook:xor-cbc", record = "textbook_record", cipher = "xor-cbc" },
    [261] = { name = "textbook:feistel-cbc", record = "textbook_record", cipher = "feistel-cbc" },
}
local DEFAULT_SUITE = 3
local VERSION = 2

-- The codes of alert and close messages.
local ALERTS = {
    [0] = "a good end",
    [1] = "a frame came that does not belong here",
    [2] = "a frame is longer than its type may be",
    [3] = "a message is not well formed",
    [4] = "the other side speaks another version of the protocol",
    [5] = "the two sides use different suites",
    [6] = "the key is too small: the modern suite takes 2048 bits or more",
    [7] = "the key has a modulus or exponent that no sane key has",
    [8] = "the key is not allowed",
    [9] = "the server's key is not the one known before",
    [10] = "a message is not authentic",
    [11] = "the ticket is not the one this port waits for",
    [12] = "the server has no place free",
    [13] = "the server is shutting down",
    [14] = "the peer was silent for too long",
    [15] = "out of memory",
    [16] = "the sender stopped before the end",
    [17] = "the random source failed",
    [18] = "a private operation of RSA failed its own check",
    [19] = "a number from the other side does not fit the key",
    [20] = "no secret can come of the key share",
}

-- Every message; frame 0: inside a record; 255: inside the field eph.
local MESSAGES = {
    { abbreviation = "client_hello", name = "client hello", label = "M1", direction = "C->S", frame = 1,
      meaning = "who I am, and what I can talk",
      fields = {
        { abbreviation = "version", name = "version", type = "u16", min = 2, max = 2,
          meaning = "of this protocol; first, so that any later version can be told apart" },
        { abbreviation = "suites", name = "suites", type = "str", min = 2, max = 32,
          meaning = "the suites offered, u16 each, the one liked best first" },
        { abbreviation = "random", name = "random", type = "str", min = 0, max = 32,
          meaning = "32 fresh random bytes (modern), empty (dh, textbook)" },
        { abbreviation = "id_n", name = "id n", type = "mpint", min = 1, max = 2048,
          meaning = "modulus of the client's identity key" },
        { abbreviation = "id_e", name = "id e", type = "mpint", min = 1, max = 2048,
          meaning = "its public exponent" },
        { abbreviation = "eph", name = "eph", type = "str", min = 0, max = 4100,
          meaning = "the client's fresh key share, in a row of its own; empty (textbook)" },
      } },
    { abbreviation = "server_hello", name = "server hello", label = "M2", direction = "S->C", frame = 1,
      meaning = "who I am, and how we shall talk; sent only to an allowed key",
      fields = {
        { abbreviation = "version", name = "version", type = "u16", min = 2, max = 2,
          meaning = "of this protocol; first, so that any later version can be told apart" },
        { abbreviation = "suites", name = "suites", type = "str", min = 2, max = 2,
          meaning = "the suite chosen, one u16" },
        { abbreviation = "random", name = "random", type = "str", min = 0, max = 32,
          meaning = "32 fresh random bytes (modern), empty (dh, textbook)" },
        { abbreviation = "id_n", name = "id n", type = "mpint", min = 1, max = 2048,
          meaning = "modulus of the server's identity key" },
        { abbreviation = "id_e", name = "id e", type = "mpint", min = 1, max = 2048,
          meaning = "its public exponent" },
        { abbreviation = "eph", name = "eph", type = "str", min = 0, max = 4100,
          meaning = "the server's fresh key share, in a row of its own; empty (textbook)" },
      } },
    { abbreviation = "client_exchange", name = "client exchange", label = "M3", direction = "C->S", frame = 2,
      meaning = "proof that I own my identity key (modern)",
      fields = {
        { abbreviation = "c_c", name = "c_c", type = "str", min = 0, max = 2048,
          meaning = "OAEP(eph_s, s_c): 32 secret bytes to the server's key share (modern:rsa), else empty" },
        { abbreviation = "signature", name = "signature", type = "str", min = 1, max = 2048,
          meaning = "PSS(id_c, H(\"glassbox-v2 client exchange\" || H(M1 || M2 || c_c)))" },
      } },
    { abbreviation = "server_exchange", name = "server exchange", label = "M4", direction = "S->C", frame = 2,
      meaning = "proof that I own mine (modern)",
      fields = {
        { abbreviation = "c_s", name = "c_s", type = "str", min = 0, max = 2048,
          meaning = "OAEP(eph_c, s_s): 32 secret bytes to the client's key share (modern:rsa), else empty" },
        { abbreviation = "signature", name = "signature", type = "str", min = 1, max = 2048,
          meaning = "PSS(id_s, H(\"glassbox-v2 server exchange\" || H(M1 || M2 || M3 || c_s)))" },
      } },
    { abbreviation = "x25519_share", name = "x25519 share", label = "", direction = "both", frame = 255,
      meaning = "a fresh public key of X25519 (modern:x25519)",
      fields = {
        { abbreviation = "u", name = "u", type = "fixed", min = 32, max = 32,
          meaning = "X25519(private key, 9), RFC 7748 6.1" },
      } },
    { abbreviation = "hybrid_client_share", name = "hybrid client share", label = "", direction = "C->S", frame = 255,
      meaning = "a fresh public key of X25519, and one of ML-KEM-768 (modern)",
      fields = {
        { abbreviation = "u", name = "u", type = "fixed", min = 32, max = 32,
          meaning = "X25519(private key, 9), RFC 7748 6.1" },
        { abbreviation = "ek", name = "ek", type = "fixed", min = 1184, max = 1184,
          meaning = "the encapsulation key, FIPS 203 7.1" },
      } },
    { abbreviation = "hybrid_server_share", name = "hybrid server share", label = "", direction = "S->C", frame = 255,
      meaning = "a fresh public key of X25519, and a secret for the client's ek (modern)",
      fields = {
        { abbreviation = "u", name = "u", type = "fixed", min = 32, max = 32,
          meaning = "X25519(private key, 9), RFC 7748 6.1" },
        { abbreviation = "ct", name = "ct", type = "fixed", min = 1088, max = 1088,
          meaning = "a ciphertext: 32 secret bytes encapsulated to ek, FIPS 203 7.2" },
      } },
    { abbreviation = "rsa_share", name = "rsa share", label = "", direction = "both", frame = 255,
      meaning = "a fresh public key of RSA (modern:rsa)",
      fields = {
        { abbreviation = "n", name = "n", type = "mpint", min = 1, max = 2048,
          meaning = "its modulus" },
        { abbreviation = "e", name = "e", type = "mpint", min = 1, max = 2048,
          meaning = "its public exponent" },
      } },
    { abbreviation = "dh_client_share", name = "dh client share", label = "", direction = "C->S", frame = 255,
      meaning = "the group, and the client's half (dh)",
      fields = {
        { abbreviation = "p", name = "p", type = "mpint", min = 1, max = 1024,
          meaning = "the modulus" },
        { abbreviation = "g", name = "g", type = "mpint", min = 1, max = 1024,
          meaning = "the generator" },
        { abbreviation = "a", name = "A", type = "mpint", min = 1, max = 1024,
          meaning = "g^a mod p, a drawn by the client" },
      } },
    { abbreviation = "dh_server_share", name = "dh server share", label = "", direction = "S->C", frame = 255,
      meaning = "the server's half (dh)",
      fields = {
        { abbreviation = "b", name = "B", type = "mpint", min = 1, max = 1024,
          meaning = "g^b mod p, b drawn by the server" },
      } },
    { abbreviation = "modern_record", name = "modern record", label = "", direction = "both", frame = 3,
      meaning = "an inner message, sealed",
      fields = {
        { abbreviation = "sealed", name = "sealed", type = "rest", min = 17, max = 262160,
          meaning = "AEAD(key, iv xor seq, ad = the frame header, inner message): ciphertext, then the tag of 16 bytes" },
      } },
    { abbreviation = "textbook_record", name = "textbook record", label = "", direction = "both", frame = 3,
      meaning = "an inner message the way of the course",
      fields = {
        { abbreviation = "key", name = "key", type = "str", min = 1, max = 65535,
          meaning = "a fresh session key K under raw RSA twice: own private key, cut into blocks, then the peer's public key" },
        { abbreviation = "sealed", name = "sealed", type = "rest", min = 1, max = 262208,
          meaning = "the inner message under K with the classic cipher, its IV in front if it has one; no tag" },
      } },
    { abbreviation = "dh_record", name = "dh record", label = "", direction = "both", frame = 3,
      meaning = "an inner message under the key of the session",
      fields = {
        { abbreviation = "sealed", name = "sealed", type = "rest", min = 1, max = 262208,
          meaning = "the inner message with the classic cipher, its IV in front if it has one; no tag" },
      } },
    { abbreviation = "client_resume", name = "client resume", label = "R1", direction = "C->S", frame = 4,
      meaning = "I am the one you told this port",
      fields = {
        { abbreviation = "ticket", name = "ticket", type = "fixed", min = 16, max = 16,
          meaning = "the ticket of the port message" },
        { abbreviation = "r", name = "r", type = "fixed", min = 16, max = 16,
          meaning = "fresh random bytes" },
        { abbreviation = "mac", name = "mac", type = "fixed", min = 32, max = 32,
          meaning = "HMAC(resume client key, \"client\" || ticket || r)" },
      } },
    { abbreviation = "server_resume", name = "server resume", label = "R2", direction = "S->C", frame = 4,
      meaning = "and I am the one who told you",
      fields = {
        { abbreviation = "r", name = "r'", type = "fixed", min = 16, max = 16,
          meaning = "fresh random bytes" },
        { abbreviation = "mac", name = "mac", type = "fixed", min = 32, max = 32,
          meaning = "HMAC(resume server key, \"server\" || ticket || r || r')" },
      } },
    { abbreviation = "alert", name = "alert", label = "", direction = "both", frame = 5,
      meaning = "why I hang up, before there are keys; nothing vouches for it",
      fields = {
        { abbreviation = "code", name = "code", type = "u8", min = 0, max = 255,
          meaning = "what went wrong: see the alert codes" },
        { abbreviation = "reason", name = "reason", type = "str", min = 0, max = 200,
          meaning = "a sentence for people, printable ASCII" },
      } },
    { abbreviation = "data", name = "data", label = "", direction = "both", frame = 0,
      meaning = "what s_send was given",
      fields = {
        { abbreviation = "inner", name = "inner", type = "u8", min = 1, max = 1,
          meaning = "the type of the inner message" },
        { abbreviation = "data", name = "data", type = "rest", min = 0, max = 262143,
          meaning = "what the program sends" },
      } },
    { abbreviation = "port", name = "port", label = "", direction = "S->C", frame = 0,
      meaning = "the hand-over: the first encrypted message",
      fields = {
        { abbreviation = "inner", name = "inner", type = "u8", min = 2, max = 2,
          meaning = "the type of the inner message" },
        { abbreviation = "port", name = "port", type = "u16", min = 1, max = 65535,
          meaning = "where the talk goes on" },
        { abbreviation = "ticket", name = "ticket", type = "fixed", min = 16, max = 16,
          meaning = "fresh random bytes that name this hand-over" },
      } },
    { abbreviation = "rekey_ask", name = "rekey ask", label = "K1", direction = "C->S", frame = 0,
      meaning = "fresh keys, please",
      fields = {
        { abbreviation = "inner", name = "inner", type = "u8", min = 3, max = 3,
          meaning = "the type of the inner message" },
        { abbreviation = "step", name = "step", type = "u8", min = 1, max = 1,
          meaning = "which of the four steps of a re-key" },
        { abbreviation = "eph", name = "eph", type = "str", min = 1, max = 4100,
          meaning = "a new key share of the client" },
      } },
    { abbreviation = "rekey_answer", name = "rekey answer", label = "K2", direction = "S->C", frame = 0,
      meaning = "my new key share, and what it adds",
      fields = {
        { abbreviation = "inner", name = "inner", type = "u8", min = 3, max = 3,
          meaning = "the type of the inner message" },
        { abbreviation = "step", name = "step", type = "u8", min = 2, max = 2,
          meaning = "which of the four steps of a re-key" },
        { abbreviation = "eph", name = "eph", type = "str", min = 1, max = 4100,
          meaning = "a new key share of the server" },
        { abbreviation = "c_s", name = "c_s", type = "str", min = 0, max = 2048,
          meaning = "OAEP(eph_c, s_s): 32 secret bytes (modern:rsa), else empty" },
      } },
    { abbreviation = "rekey_secret", name = "rekey secret", label = "K3", direction = "C->S", frame = 0,
      meaning = "what mine adds; my next record is under the new keys",
      fields = {
        { abbreviation = "inner", name = "inner", type = "u8", min = 3, max = 3,
          meaning = "the type of the inner message" },
        { abbreviation = "step", name = "step", type = "u8", min = 3, max = 3,
          meaning = "which of the four steps of a re-key" },
        { abbreviation = "c_c", name = "c_c", type = "str", min = 0, max = 2048,
          meaning = "OAEP(eph_s, s_c): 32 secret bytes (modern:rsa), else empty" },
      } },
    { abbreviation = "rekey_switch", name = "rekey switch", label = "K4", direction = "S->C", frame = 0,
      meaning = "my next record is under the new keys",
      fields = {
        { abbreviation = "inner", name = "inner", type = "u8", min = 3, max = 3,
          meaning = "the type of the inner message" },
        { abbreviation = "step", name = "step", type = "u8", min = 4, max = 4,
          meaning = "which of the four steps of a re-key" },
      } },
    { abbreviation = "close", name = "close", label = "", direction = "both", frame = 0,
      meaning = "the end, said under the keys: anything else is a cut line",
      fields = {
        { abbreviation = "inner", name = "inner", type = "u8", min = 4, max = 4,
          meaning = "the type of the inner message" },
        { abbreviation = "code", name = "code", type = "u8", min = 0, max = 255,
          meaning = "0 for a good end, else an alert code" },
        { abbreviation = "reason", name = "reason", type = "str", min = 0, max = 200,
          meaning = "a sentence for people, printable ASCII" },
      } },
}


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
