import type { Translations } from './texts.ts';

export const zhHans: Translations = {
  'Authentication credentials were not provided.': '身份认证信息未提供。',
  'Invalid token header. No credentials provided.': '没有提供认证信息（认证令牌HTTP头无效）。',
  'Invalid token header. Token string should not contain spaces.':
    '认证令牌字符串不应该包含空格（无效的认证令牌HTTP头）。',
  'Invalid token header. Token string should not contain invalid characters.':
    '无效的Token。Token字符串不能包含非法的字符。',
  'Invalid token.': '认证令牌无效。',
  'User inactive or deleted.': '用户未激活或者已删除。',
  'Invalid basic header. No credentials provided.': '无效的Basic认证头，没有提供认证信息。',
  'Invalid basic header. Credentials string should not contain spaces.':
    '认证字符串不应该包含空格（基本认证HTTP头无效）。',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    '认证字符串base64编码错误（基本认证HTTP头无效）。',
  'Invalid username/password.': '用户名或者密码错误。',
  'You do not have permission to perform this action.': '您没有执行该操作的权限。',
  'Method "%s" not allowed.': '方法 “%s” 不被允许。',
  'Not found.': '未找到。',
  'Request was throttled. Expected available in %s.': '请求超过了限速。 Expected available in %s.',
  'Authorization header must contain two space-delimited values': '授权头必须包含两个用空格分隔的值',
  'Given token not valid for any token type': '此令牌对任何类型的令牌无效',
  'Token is invalid or expired': '令牌无效或已过期',
  'Token has no id': '令牌没有标识符',
  'Token has no type': '令牌没有类型',
  'Token has wrong type': '令牌类型错误',
  'Token contained no recognizable user identification': '令牌未包含用户标识符',
  'User not found': '未找到该用户',
  'User is inactive': '该用户已禁用',
  'Incorrect authentication credentials.': '不正确的身份认证信息。',
  'Malformed request.': '错误的请求。',
  'A server error occurred.': '服务器出现了错误。',
};
