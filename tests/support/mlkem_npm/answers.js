// ML-KEM-768 of the package mlkem, asked line by line; all values in hexadecimal.
//
//     key SEED            ->  EK DK
//     encapsulate EK M    ->  CIPHERTEXT SECRET, or: refused
//     decapsulate DK CT   ->  SECRET
const { MlKem768 } = require('mlkem');
const { readFileSync } = require('fs');

const kem = new MlKem768();
const ask = {
    key: seed => kem.deriveKeyPair(seed),
    encapsulate: (ek, m) => kem.encap(ek, m),
    decapsulate: async (dk, ciphertext) => [await kem.decap(ciphertext, dk)],
};

async function answer(line) {
    const [what, ...values] = line.split(' ');
    try {
        const parts = await ask[what](...values.map(value => Uint8Array.from(Buffer.from(value, 'hex'))));
        return parts.map(part => Buffer.from(part).toString('hex')).join(' ');
    } catch (error) {
        return 'refused';
    }
}

(async () => {
    for (const line of readFileSync(0, 'utf8').trim().split('\n'))
        console.log(await answer(line));
})();
