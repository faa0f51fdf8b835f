/** A record that cannot be trusted to say who somebody is. The message names the field, never its value. */
export class UnreadableRecord extends Error {
  override name = 'UnreadableRecord';
}
