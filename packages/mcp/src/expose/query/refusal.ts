/** A question that cannot be answered; the message says why and what to ask instead. It goes to a model, word by word. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
