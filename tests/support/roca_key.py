"""Prints a key file with a pair of 512 bits as ROCA's chips made them: p = k M + (65537^a mod M), with M
the product of the primes up to 167. Always the same one."""
import math
import random

random.seed(2017)
M = math.prod(n for n in range(2, 168) if all(n % d for d in range(2, n)))


def prime():
    while True:
        p = random.randrange(2**36, 2**37) * M + pow(65537, random.randrange(2**62), M)
        if p >> 254 == 3 and all(pow(a, p - 1, p) == 1 for a in (2, 3, 5)):
            return p


p, q = prime(), prime()
d = pow(65537, -1, math.lcm(p - 1, q - 1))
print(f"field,value\ntype,rsa-private\nn,{p * q}\ne,65537\nd,{d}\np,{p}\nq,{q}")
