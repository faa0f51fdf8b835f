/** The English texts that Django REST framework and simplejwt translate, as far as Postern says them too. */
export const TEXTS = [
  'Authentication credentials were not provided.',
  'Invalid token header. No credentials provided.',
  'Invalid token header. Token string should not contain spaces.',
  'Invalid token header. Token string should not contain invalid characters.',
  'Invalid token.',
  'User inactive or deleted.',
  'Invalid basic header. No credentials provided.',
  'Invalid basic header. Credentials string should not contain spaces.',
  'Invalid basic header. Credentials not correctly base64 encoded.',
  'Invalid username/password.',
  'You do not have permission to perform this action.',
  'Method "%s" not allowed.',
  'Not found.',
  'Request was throttled. Expected available in %s.',
  'Authorization header must contain two space-delimited values',
  'Given token not valid for any token type',
  'Token is invalid or expired',
  'Token has no id',
  'Token has no type',
  'Token has wrong type',
  'Token contained no recognizable user identification',
  'User not found',
  'User is inactive',
  'Incorrect authentication credentials.',
  'Malformed request.',
  'A server error occurred.',
] as const;

export type Text = (typeof TEXTS)[number];

/** The texts of one language; what is missing stays English, as it does there. */
export type Translations = Readonly<Partial<Record<Text, string>>>;
