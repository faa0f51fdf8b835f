import type { Translations } from './texts.ts';

export const ru: Translations = {
  'Authentication credentials were not provided.': 'Учетные данные не были предоставлены.',
  'Invalid token header. No credentials provided.':
    'Недопустимый заголовок токена. Не предоставлены учетные данные.',
  'Invalid token header. Token string should not contain spaces.':
    'Недопустимый заголовок токена. Токен не должен содержать пробелов.',
  'Invalid token header. Token string should not contain invalid characters.':
    'Недопустимый заголовок токена. Токен не должен содержать недопустимые символы.',
  'Invalid token.': 'Недопустимый токен.',
  'User inactive or deleted.': 'Пользователь неактивен или удален.',
  'Invalid basic header. No credentials provided.':
    'Недопустимый заголовок. Не предоставлены учетные данные.',
  'Invalid basic header. Credentials string should not contain spaces.':
    'Недопустимый заголовок. Учетные данные не должны содержать пробелов.',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    'Недопустимый заголовок. Учетные данные некорректно закодированны в base64.',
  'Invalid username/password.':
    'Пожалуйста, введите корректные имя пользователя и пароль учётной записи. Оба поля могут быть чувствительны к регистру.',
  'You do not have permission to perform this action.':
    'У вас недостаточно прав для выполнения данного действия.',
  'Method "%s" not allowed.': 'Метод "%s" не разрешен.',
  'Not found.': 'Страница не найдена.',
  'Request was throttled. Expected available in %s.': 'Запрос был проигнорирован. Expected available in %s.',
  'Authorization header must contain two space-delimited values':
    'Заголовок авторизации должен содержать два значения, разделенных пробелом',
  'Given token not valid for any token type': 'Данный токен недействителен для любого типа токена',
  'Token is invalid or expired': 'Токен недействителен или просрочен',
  'Token has no id': 'У токена нет идентификатора',
  'Token has no type': 'Токен не имеет типа',
  'Token has wrong type': 'Токен имеет неправильный тип',
  'Token contained no recognizable user identification': 'Токен не содержит идентификатор пользователя',
  'User not found': 'Пользователь не найден',
  'User is inactive': 'Пользователь неактивен',
  'Incorrect authentication credentials.': 'Некорректные учетные данные.',
  'Malformed request.': 'Искаженный запрос.',
  'A server error occurred.': 'Ошибка сервера.',
};
