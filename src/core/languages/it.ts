import type { Translations } from './texts.ts';

export const it: Translations = {
  'Authentication credentials were not provided.': 'Non sono state immesse le credenziali di autenticazione.',
  'Invalid token header. No credentials provided.': 'Header del token non valido. Credenziali non fornite.',
  'Invalid token header. Token string should not contain spaces.':
    'Header del token non valido. Il contenuto del token non dovrebbe contenere spazi.',
  'Invalid token header. Token string should not contain invalid characters.':
    'Header del token invalido. La stringa del token non dovrebbe contenere caratteri illegali.',
  'Invalid token.': 'Token invalido.',
  'User inactive or deleted.': 'Utente inattivo o eliminato.',
  'Invalid basic header. No credentials provided.': 'Header di base invalido. Credenziali non fornite.',
  'Invalid basic header. Credentials string should not contain spaces.':
    'Header di base invalido. Le credenziali non dovrebbero contenere spazi.',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    'Credenziali non correttamente codificate in base64.',
  'Invalid username/password.': 'Nome utente/password non validi',
  'You do not have permission to perform this action.':
    "Non hai l'autorizzazione per eseguire questa azione.",
  'Method "%s" not allowed.': 'Metodo "%s" non consentito',
  'Not found.': 'Non trovato.',
  'Request was throttled. Expected available in %s.':
    'La richiesta è stata limitata (throttled). Expected available in %s.',
  'Authorization header must contain two space-delimited values':
    "L'header di autorizzazione deve contenere due valori delimitati da uno spazio",
  'Given token not valid for any token type': 'Il token dato non è valido per qualsiasi tipo di token',
  'Token is invalid or expired': 'Il token non è valido o è scaduto',
  'Token has no id': 'Il token non ha un id',
  'Token has no type': 'Il token non ha un tipo',
  'Token has wrong type': 'Il token ha un tipo sbagliato',
  'Token contained no recognizable user identification':
    "Il token non conteneva nessuna informazione riconoscibile dell'utente",
  'User not found': 'Utente non trovato',
  'User is inactive': 'Utente non attivo',
  'Incorrect authentication credentials.': 'Credenziali di autenticazione incorrette.',
  'Malformed request.': 'Richiesta malformata.',
  'A server error occurred.': 'Errore del server.',
};
