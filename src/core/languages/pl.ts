import type { Translations } from './texts.ts';

export const pl: Translations = {
  'Authentication credentials were not provided.': 'Nie podano danych uwierzytelniających.',
  'Invalid token header. No credentials provided.':
    'Niepoprawny nagłówek tokena. Brak danych uwierzytelniających.',
  'Invalid token header. Token string should not contain spaces.':
    'Niepoprawny nagłówek tokena. Token nie może zawierać odstępów.',
  'Invalid token header. Token string should not contain invalid characters.':
    'Błędny nagłówek z tokenem. Token nie może zawierać błędnych znaków.',
  'Invalid token.': 'Niepoprawny token.',
  'User inactive or deleted.': 'Użytkownik nieaktywny lub usunięty.',
  'Invalid basic header. No credentials provided.':
    'Niepoprawny podstawowy nagłówek. Brak danych uwierzytelniających.',
  'Invalid basic header. Credentials string should not contain spaces.':
    'Niepoprawny podstawowy nagłówek. Ciąg znaków danych uwierzytelniających nie powinien zawierać spacji.',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    'Niepoprawny podstawowy nagłówek. Niewłaściwe kodowanie base64 danych uwierzytelniających.',
  'Invalid username/password.': 'Niepoprawna nazwa użytkownika lub hasło.',
  'You do not have permission to perform this action.': 'Nie masz uprawnień, by wykonać tę czynność.',
  'Method "%s" not allowed.': 'Niedozwolona metoda "%s".',
  'Not found.': 'Nie znaleziono.',
  'Request was throttled. Expected available in %s.': 'Żądanie zostało zdławione. Expected available in %s.',
  'Authorization header must contain two space-delimited values':
    'Nagłówek autoryzacji musi zawierać dwie wartości rodzielone spacjami',
  'Given token not valid for any token type': 'Podany token jest błędny dla każdego typu tokena',
  'Token is invalid or expired': 'Token jest niepoprawny lub wygasł',
  'Token has no id': 'Token nie posiada numeru identyfikacyjnego',
  'Token has no type': 'Token nie posiada typu',
  'Token has wrong type': 'Token posiada zły typ',
  'Token contained no recognizable user identification':
    'Token nie zawierał rozpoznawalnej identyfikacji użytkownika',
  'User not found': 'Użytkownik nie znaleziony',
  'User is inactive': 'Użytkownik jest nieaktywny',
  'Incorrect authentication credentials.': 'Błędne dane uwierzytelniające.',
  'Malformed request.': 'Zniekształcone żądanie.',
  'A server error occurred.': 'Wystąpił błąd serwera.',
};
