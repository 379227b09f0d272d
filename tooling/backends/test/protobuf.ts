// A minimal writer of protobuf and of uncompressed snappy blocks, for messages that only a protobuf can carry.

const LENGTH_DELIMITED = 2;

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);

const tag = (field: number, wireType: number): number[] => varint(field * 8 + wireType);

/** A field that holds a whole number ≥ 0. */
export const uint = (field: number, value: number): number[] => [...tag(field, 0), ...varint(value)];

/** A field that holds a whole number, zigzag-coded. */
export const sint = (field: number, value: number): number[] => uint(field, zigzag(value));

/** A field that holds a double. */
export function double(field: number, value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [...tag(field, 1), ...bytes];
}

/** A field that holds a message. */
export function message(field: number, ...parts: number[][]): number[] {
  const content = parts.flat();
  return [...tag(field, LENGTH_DELIMITED), ...varint(content.length), ...content];
}

/** A field that holds a text. */
export const text = (field: number, value: string): number[] => message(field, [...Buffer.from(value)]);

/** A message with its length before it. */
export function delimited(...parts: number[][]): Buffer {
  const content = parts.flat();
  return Buffer.from([...varint(content.length), ...content]);
}

/** A message as one literal of the snappy block format; at most 256 bytes. */
export function snappyLiteral(...parts: number[][]): Buffer {
  const content = parts.flat();
  const oneByteLength = 60 << 2;
  return Buffer.from([...varint(content.length), oneByteLength, content.length - 1, ...content]);
}
