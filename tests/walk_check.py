#!/usr/bin/env python3
"""Recomputes a walk (keytool walk ... --json on stdin) from the values it prints, with Python's own
integers and hashes. Usage: walk_check.py KIND, where KIND is gen, raw, oaep, pss,
pkcs1v15-encrypt, pkcs1v15-sign or dh; add "private" if the walk was asked for --private. Prints "KIND: good" (with -v, how many checks) or fails."""
import hashlib
import json
import math
import sys

PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
checks = 0


def check(what, good):
    global checks
    checks += 1
    if not good:
        sys.exit(f"walk_check: {what} does not hold")


def sha(data):
    return hashlib.sha256(data).digest()


def mgf1(seed, size):
    out = b"".join(sha(seed + i.to_bytes(4, "big")) for i in range(size // 32 + 1))
    return out[:size]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def value(step):
    if step["value"] is None:
        return None
    return int(step["value"], 16) if step["kind"] == "number" else bytes.fromhex(step["value"])


def check_power(step, values):
    power = step["power"]
    base, exponent, modulus = (values[power[k]] for k in ("base", "exponent", "modulus"))
    check(step["name"], value(step) == pow(base, exponent, modulus))
    bits = bin(exponent)[2:]
    lines = power["lines"]
    check("first line", lines[0]["index"] == 0 and lines[-1]["index"] == len(bits) - 1)
    before = {-1: 1 % modulus}
    for line in lines:
        i, squared, result = line["index"], int(line["squared"], 16), int(line["result"], 16)
        check(f"bit {i}", line["bit"] == int(bits[i]))
        if i - 1 in before:
            check(f"square {i}", squared == before[i - 1] ** 2 % modulus)
        check(f"line {i}", result == (squared * base % modulus if line["bit"] else squared))
        before[i] = result
    check("last line", before[len(bits) - 1] == value(step))


def check_euclid(step, values):
    rows = [{k: int(v, 16) for k, v in row.items()} for row in step["euclid"]]
    a, b = values["lambda"], values["e"]
    check("first rows", rows[0]["remainder"] == a and rows[1]["remainder"] == b)
    for i, row in enumerate(rows):
        check(f"row {i}", row["remainder"] == row["x"] * a + row["y"] * b)
        if i > 1:
            check(f"quotient {i}", row["quotient"] == rows[i - 2]["remainder"] // rows[i - 1]["remainder"])
            check(f"remainder {i}", row["remainder"] == rows[i - 2]["remainder"] % rows[i - 1]["remainder"])
    check("the end", rows[-1]["remainder"] == 0 and rows[-2]["remainder"] == 1)
    check("d", rows[-2]["y"] % a == value(step))


def check_gen(v):
    p, q, e = v["p"], v["q"], v["e"]
    check("n", v["n"] == p * q)
    check("phi", v["phi"] == (p - 1) * (q - 1))
    check("lambda", v["lambda"] == math.lcm(p - 1, q - 1))
    check("d", v["d"] * e % v["lambda"] == 1)
    check("dp", v["dp"] == v["d"] % (p - 1) and v["dq"] == v["d"] % (q - 1))
    check("qinv", v["qinv"] * q % p == 1)


def check_private(v):
    n, p, q = v["n"], v["p"], v["q"]
    check("b", v["b"] == v["x"] * v["r^e"] % n)
    check("r", pow(v["r^-1"], -v["e"], n) == v["r^e"])
    check("h", v["h"] == (v["m_1"] - v["m_2"]) * v["qinv"] % p)
    check("y", v["y"] == v["m_2"] + q * v["h"] and v["y"] == pow(v["b"], v["d"], n))
    check("x^d", v["x^d"] == v["y"] * v["r^-1"] % n and v["x^d"] == pow(v["x"], v["d"], n))


def check_dh(v):
    check("K", v["K"] == pow(v["g"], v["a"] * v["b"], v["p"]) == pow(v["B"], v["a"], v["p"]))


def check_oaep(v, boxes):
    if "maskedDB" not in v:
        v["maskedSeed"], v["maskedDB"] = v["EM"][1:33], v["EM"][33:]
    check("maskedDB", v["maskedDB"] == xor(v["DB"], mgf1(v["seed"], len(v["DB"]))))
    check("maskedSeed", v["maskedSeed"] == xor(v["seed"], mgf1(v["maskedDB"], 32)))
    check("EM", v["EM"] == b"\0" + v["maskedSeed"] + v["maskedDB"])
    parts = boxes["DB"]
    check("lHash", parts[0] == sha(b"glassbox keytool v1 message"))
    check("PS", set(parts[1]) <= {0} and parts[2] == b"\1")


def check_pss(v, boxes):
    db, h = boxes["DB"], v.get("H", boxes["EM"][1])
    check("H", h == sha(bytes(8) + v["mHash"] + db[2]) and v.get("H'", h) == h)
    check("DB", set(db[0]) <= {0} and db[1] == b"\1" and v.get("salt", db[2]) == db[2])
    masked, bits = xor(v["DB"], mgf1(h, len(v["DB"]))), (v["n"].bit_length() - 1) % 8
    masked = bytes([masked[0] & (0xFF >> (8 - bits) % 8)]) + masked[1:]
    check("maskedDB", masked == boxes["EM"][0])
    check("EM", boxes["EM"][2] == b"\xbc")


def check_pkcs1(boxes, kind):
    em = boxes["EM"]
    check("EM", em[0] == b"\0" and em[3] == b"\0" and len(em[2]) >= 8)
    if kind.endswith("sign"):
        check("EM", em[1] == b"\1" and set(em[2]) == {0xFF} and em[4] == PREFIX)
    else:
        check("EM", em[1] == b"\2" and 0 not in em[2])


def main():
    kind, private = sys.argv[1], "private" in sys.argv[2:]
    values, boxes = {}, {}
    for step in json.load(sys.stdin)["steps"]:
        if step["private"] and not private:
            check(step["name"] + " is hidden", step["value"] is None and "power" not in step and "euclid" not in step)
            continue
        data = value(step)
        check(step["name"], data is not None)
        if "power" in step:
            check_power(step, values)
        if "euclid" in step:
            check_euclid(step, values)
        if step["boxes"]:
            cut = [sum(b["bytes"] for b in step["boxes"][:i]) for i in range(len(step["boxes"]) + 1)]
            check("boxes of " + step["name"], cut[-1] == len(data))
            boxes[step["name"]] = [data[a:b] for a, b in zip(cut, cut[1:])]
        values[step["name"]] = data
    if "EM" in values and "x" in values:
        numbers = (values["x"], values.get("x^e"), values.get("x^d"))
        check("x is EM", int.from_bytes(values["EM"], "big") in numbers)
    if kind == "gen" and private:
        check_gen(values)
    if "m_1" in values:
        check_private(values)
    if kind == "dh" and private:
        check_dh(values)
    if kind == "oaep":
        check_oaep(values, boxes)
    elif kind == "pss":
        check_pss(values, boxes)
    elif kind.startswith("pkcs1v15"):
        check_pkcs1(boxes, kind)
    print(f"{kind}: {checks} checks" if "-v" in sys.argv else f"{kind}: good")


main()
