/** The opaque token of a user: 40 hexadecimal digits, as Django's are. load/requests.lua knows it too. */
export function tokenOf(user: number): string {
  return user.toString(16).padStart(8, '0').repeat(5);
}

/** What Redis has under `token:<token>`. */
export function recordOf(user: number): string {
  return JSON.stringify({ id: user, username: `user${user}`, groups: ['vip'], is_active: true });
}
