#!/usr/bin/env python3
"""The constants of mlkem_avx2.c, times R = 2^16 modulo q = 3329: mlkem_table.py >mlkem_avx2_table.inc"""

Q, R = 3329, 1 << 16


def reverse(number, bits=7):
    return int(format(number, f"0{bits}b")[::-1], 2)


def montgomery(number):
    return number * R % Q


ZETAS = [montgomery(pow(17, reverse(i), Q)) for i in range(128)]
GAMMAS = [montgomery(pow(17, 2 * reverse(i) + 1, Q)) for i in range(128)]


def exchanged(length, first, of_block):
    """A constant for each word after the exchange: word j of vector v or w, in rows of `length`, stands for the
    polynomial it is of."""
    places = []
    for row in range(16 // length):
        vector, place = row % 2, row // 2 * 2 * length  # rows come from v and w in turn
        places += [16 * vector + place] * length
    if length == 8:  # the row of v, then the row of w
        places = [0] * 8 + [16] * 8
    return [of_block((32 * first + place) // (2 * length)) for place in places]


def table(name, rows):
    print(f"static const int16_t {name}[{len(rows)}][16] = {{")
    for row in rows:
        print("    {" + ", ".join(map(str, row)) + "},")
    print("};")


print("/* Made by mlkem_table.py. */")
print(f"#define R_SQUARED      {montgomery(R)}")
print(f"#define INVERSE_OF_128 {montgomery(pow(128, -1, Q))}")
print("static const int16_t zetas[128] = {")
for i in range(0, 128, 16):
    print("    " + ", ".join(map(str, ZETAS[i:i + 16])) + ",")
print("};")
for length in 8, 4, 2:
    count = 128 // length
    table(f"zetas_{length}", [exchanged(length, i, lambda block: ZETAS[count + block]) for i in range(8)])
    table(f"zetas_back_{length}", [exchanged(length, i, lambda block: ZETAS[2 * count - 1 - block]) for i in range(8)])
table("gammas", [exchanged(1, i, lambda block: GAMMAS[block]) for i in range(8)])
