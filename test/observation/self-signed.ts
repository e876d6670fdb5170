import { generateKeyPairSync, sign } from 'node:crypto';

/** A server's key and its self-signed certificate for 127.0.0.1, both PEM. */
export interface SelfSigned {
  key: string;
  cert: string;
}

const oids = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  subjectAltName: '0603551d11',
  basicConstraints: '0603551d13',
};

/** Created for each test server, so that the repository contains no key. X.509 v3 (RFC 5280), encoded here in DER. */
export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, hex(oids.ecdsaWithSha256));
  const name = der(0x30, der(0x31, der(0x30, hex(oids.commonName), der(0x0c, Buffer.from('test')))));
  const now = Date.now();
  const validity = der(0x30, time(now - 3_600_000), time(now + 3_600_000));
  const loopback = der(0x30, der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = der(
    0x30,
    der(0x30, hex(oids.subjectAltName), der(0x04, loopback)),
    der(0x30, hex(oids.basicConstraints), der(0x04, der(0x30, hex('0101ff')))),
  );
  const body = der(
    0x30,
    der(0xa0, hex('020102')), // version 3
    hex('020101'), // serial number 1
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

/** One value: tag, length (X.690, 8.1.3), content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

/** UTCTime, `YYMMDDHHMMSSZ`. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}
