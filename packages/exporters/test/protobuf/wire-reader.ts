/** A message as it is on the wire: values by field number, undecoded. */
export type WireMessage = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** Reads messages that follow each other, each after its length. */
export function readDelimited(bytes: Uint8Array): readonly WireMessage[] {
  const messages: WireMessage[] = [];
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) messages.push(readMessage(readBytes(bytes, cursor)));
  return messages;
}

/** Reads the fields of a message: numbers of varints and doubles, bytes of everything else. */
function readMessage(bytes: Uint8Array): WireMessage {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(bytes, cursor);
    const field = Math.floor(tag / 8);
    const values = fields.get(field) ?? [];
    values.push(readValue(bytes, cursor, tag % 8));
    fields.set(field, values);
  }
  return fields;
}

/** The only value of a field as a message; empty when absent. */
export function messageAt(message: WireMessage, field: number): WireMessage {
  const [value] = message.get(field) ?? [];
  return value instanceof Uint8Array ? readMessage(value) : new Map();
}

/** All values of a field as messages. */
export function messagesAt(message: WireMessage, field: number): readonly WireMessage[] {
  return (message.get(field) ?? []).map((value) => readMessage(value as Uint8Array));
}

/** The only value of a field as text. */
export function textAt(message: WireMessage, field: number): string {
  const [value] = message.get(field) ?? [];
  return value instanceof Uint8Array ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value) : '';
}

/** The only value of a field as number; 0 when absent. */
export function numberAt(message: WireMessage, field: number): number {
  const [value] = message.get(field) ?? [];
  return typeof value === 'number' ? value : 0;
}

/** The only value of a field as signed number. */
export function signedAt(message: WireMessage, field: number): number {
  return unzigzag(numberAt(message, field));
}

/** Packed signed numbers. */
export function packedSignedAt(message: WireMessage, field: number): readonly number[] {
  const [bytes] = message.get(field) ?? [];
  if (!(bytes instanceof Uint8Array)) return [];
  const cursor = { at: 0 };
  const numbers: number[] = [];
  while (cursor.at < bytes.length) numbers.push(unzigzag(readVarint(bytes, cursor)));
  return numbers;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function readValue(bytes: Uint8Array, cursor: { at: number }, wireType: number): number | Uint8Array {
  if (wireType === 0) return readVarint(bytes, cursor);
  if (wireType === 2) return readBytes(bytes, cursor);
  if (wireType !== 1) throw new Error(`unexpected wire type ${wireType}`);
  cursor.at += 8;
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(cursor.at - 8, true);
}

function readBytes(bytes: Uint8Array, cursor: { at: number }): Uint8Array {
  const length = readVarint(bytes, cursor);
  if (cursor.at + length > bytes.length) throw new Error('a field reaches beyond its message');
  cursor.at += length;
  return bytes.subarray(cursor.at - length, cursor.at);
}

function readVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw new Error('a number is cut off');
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}
