import type { Translations } from './texts.ts';

export const ptBr: Translations = {
  'Authentication credentials were not provided.': 'As credenciais de autenticação não foram fornecidas.',
  'Invalid token header. No credentials provided.':
    'Cabeçalho de token inválido. Credenciais não fornecidas.',
  'Invalid token header. Token string should not contain spaces.':
    'Cabeçalho de token inválido. String de token não deve incluir espaços.',
  'Invalid token header. Token string should not contain invalid characters.':
    'Cabeçalho de token inválido. String de token não deve possuir caracteres inválidos.',
  'Invalid token.': 'Token inválido.',
  'User inactive or deleted.': 'Usuário inativo ou removido.',
  'Invalid basic header. No credentials provided.': 'Cabeçalho básico inválido. Credenciais não fornecidas.',
  'Invalid basic header. Credentials string should not contain spaces.':
    'Cabeçalho básico inválido. String de credenciais não deve incluir espaços.',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    'Cabeçalho básico inválido. Credenciais codificadas em base64 incorretamente.',
  'Invalid username/password.': 'Usuário ou senha inválido.',
  'You do not have permission to perform this action.': 'Você não tem permissão para executar essa ação.',
  'Method "%s" not allowed.': 'Método "%s" não é permitido.',
  'Not found.': 'Não encontrado.',
  'Request was throttled. Expected available in %s.': 'Pedido foi limitado. Expected available in %s.',
  'Authorization header must contain two space-delimited values':
    'Cabeçalho de autorização deve conter dois valores delimitados por espaço',
  'Given token not valid for any token type': 'O token informado não é válido para qualquer tipo de token',
  'Token is invalid or expired': 'O token é inválido ou expirado',
  'Token has no id': 'Token não tem id',
  'Token has no type': 'Token não tem nenhum tipo',
  'Token has wrong type': 'Token tem tipo errado',
  'Token contained no recognizable user identification':
    'O token não continha nenhuma identificação reconhecível do usuário',
  'User not found': 'Usuário não encontrado',
  'User is inactive': 'Usuário está inativo',
  'Incorrect authentication credentials.': 'Credenciais de autenticação incorretas.',
  'Malformed request.': 'Pedido malformado.',
  'A server error occurred.': 'Ocorreu um erro de servidor.',
};
