import type { Translations } from './texts.ts';

export const de: Translations = {
  'Authentication credentials were not provided.': 'Anmeldedaten fehlen.',
  'Invalid token header. No credentials provided.': 'Ungültiger token header. Keine Zugangsdaten angegeben.',
  'Invalid token header. Token string should not contain spaces.':
    'Ungültiger token header. Zugangsdaten sollen keine Leerzeichen enthalten.',
  'Invalid token header. Token string should not contain invalid characters.':
    'Ungültiger Token Header. Tokens dürfen keine ungültigen Zeichen enthalten.',
  'Invalid token.': 'Ungültiges Token',
  'User inactive or deleted.': 'Benutzer inaktiv oder gelöscht.',
  'Invalid basic header. No credentials provided.': 'Ungültiger basic header. Keine Zugangsdaten angegeben.',
  'Invalid basic header. Credentials string should not contain spaces.':
    'Ungültiger basic header. Zugangsdaten sollen keine Leerzeichen enthalten.',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    'Ungültiger basic header. Zugangsdaten sind nicht korrekt mit base64 kodiert.',
  'Invalid username/password.': 'Ungültiger Benutzername/Passwort',
  'You do not have permission to perform this action.':
    'Sie sind nicht berechtigt diese Aktion durchzuführen.',
  'Method "%s" not allowed.': 'Methode "%s" nicht erlaubt.',
  'Not found.': 'Nicht gefunden.',
  'Request was throttled. Expected available in %s.':
    'Die Anfrage wurde gedrosselt. Expected available in %s.',
  'Incorrect authentication credentials.': 'Falsche Anmeldedaten.',
  'Malformed request.': 'Fehlerhafte Anfrage.',
  'A server error occurred.': 'Ein Serverfehler ist aufgetreten.',
};
