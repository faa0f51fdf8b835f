import type { Translations } from './texts.ts';

export const es: Translations = {
  'Authentication credentials were not provided.': 'Las credenciales de autenticación no se proveyeron.',
  'Invalid token header. No credentials provided.':
    'Cabecera token inválida. Las credenciales no fueron suministradas.',
  'Invalid token header. Token string should not contain spaces.':
    'Cabecera token inválida. La cadena token no debe contener espacios.',
  'Invalid token header. Token string should not contain invalid characters.':
    'Cabecera token inválida. La cadena token no debe contener caracteres inválidos.',
  'Invalid token.': 'Token inválido.',
  'User inactive or deleted.': 'Usuario inactivo o borrado.',
  'Invalid basic header. No credentials provided.':
    'Cabecera básica inválida. Las credenciales no fueron suministradas.',
  'Invalid basic header. Credentials string should not contain spaces.':
    'Cabecera básica inválida. La cadena con las credenciales no debe contener espacios.',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    'Cabecera básica inválida. Las credenciales no fueron codificadas correctamente en base64.',
  'Invalid username/password.': 'Nombre de usuario/contraseña inválidos.',
  'You do not have permission to perform this action.': 'Usted no tiene permiso para realizar esta acción.',
  'Method "%s" not allowed.': 'Método "%s" no permitido.',
  'Not found.': 'No encontrado.',
  'Request was throttled. Expected available in %s.':
    'Solicitud fue regulada (throttled). Expected available in %s.',
  'Authorization header must contain two space-delimited values':
    "El encabezado 'Authorization' debe contener valores delimitados por espacios",
  'Given token not valid for any token type': 'El token dado no es valido para ningun tipo de token',
  'Token is invalid or expired': 'El token es inválido o ha expirado',
  'Token has no id': 'El token no tiene id',
  'Token has no type': 'El token no tiene tipo',
  'Token has wrong type': 'El token tiene un tipo incorrecto',
  'Token contained no recognizable user identification':
    'El token no contenía identificación de usuario reconocible',
  'User not found': 'Usuario no encontrado',
  'User is inactive': 'El usuario está inactivo',
  'Incorrect authentication credentials.': 'Credenciales de autenticación incorrectas.',
  'Malformed request.': 'Solicitud con formato incorrecto.',
  'A server error occurred.': 'Se ha producido un error en el servidor.',
};
