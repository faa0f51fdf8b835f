import type { Translations } from './texts.ts';

export const fr: Translations = {
  'Authentication credentials were not provided.': "Informations d'authentification non fournies.",
  'Invalid token header. No credentials provided.':
    "En-tête « token » non valide. Informations d'identification non fournies.",
  'Invalid token header. Token string should not contain spaces.':
    "En-tête « token » non valide. Un token ne doit pas contenir d'espaces.",
  'Invalid token header. Token string should not contain invalid characters.':
    'En-tête « token » non valide. Un token ne doit pas contenir de caractères invalides.',
  'Invalid token.': 'Token non valide.',
  'User inactive or deleted.': 'Utilisateur inactif ou supprimé.',
  'Invalid basic header. No credentials provided.':
    "En-tête « basic » non valide. Informations d'identification non fournies.",
  'Invalid basic header. Credentials string should not contain spaces.':
    "En-tête « basic » non valide. Les informations d'identification ne doivent pas contenir d'espaces.",
  'Invalid basic header. Credentials not correctly base64 encoded.':
    "En-tête « basic » non valide. Encodage base64 des informations d'identification incorrect.",
  'Invalid username/password.': "Nom d'utilisateur et/ou mot de passe non valide(s).",
  'You do not have permission to perform this action.':
    "Vous n'avez pas la permission d'effectuer cette action.",
  'Method "%s" not allowed.': 'Méthode « %s » non autorisée.',
  'Not found.': 'Pas trouvé.',
  'Request was throttled. Expected available in %s.': 'Requête ralentie. Expected available in %s.',
  'Authorization header must contain two space-delimited values':
    "L'en-tête 'Authorization' doit contenir deux valeurs séparées par des espaces",
  'Given token not valid for any token type': "Le type de jeton fourni n'est pas valide",
  'Token is invalid or expired': 'Le jeton est invalide ou expiré',
  'Token has no id': "Le jeton n'a pas d'id",
  'Token has no type': "Le jeton n'a pas de type",
  'Token has wrong type': 'Le jeton a un type erroné',
  'Token contained no recognizable user identification':
    "Le jeton ne contient aucune information permettant d'identifier l'utilisateur",
  'User not found': "L'utilisateur n'a pas été trouvé",
  'User is inactive': "L'utilisateur est désactivé",
  'Incorrect authentication credentials.': "Informations d'authentification incorrectes.",
  'Malformed request.': 'Requête malformée',
  'A server error occurred.': 'Une erreur du serveur est survenue.',
};
