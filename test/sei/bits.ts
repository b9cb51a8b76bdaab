/** Bytes of a payload spelled in binary digits, fields apart by spaces; a last byte begun is ended as SEI payloads are. */
export function bits(text: string): Uint8Array {
  let digits = text.replaceAll(" ", "");
  if (digits.length % 8 !== 0) digits += "1";
  digits = digits.padEnd(Math.ceil(digits.length / 8) * 8, "0");
  return Uint8Array.from(digits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
