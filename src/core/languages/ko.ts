import type { Translations } from './texts.ts';

export const ko: Translations = {
  'Authentication credentials were not provided.':
    '자격 인증데이터(authentication credentials)가 제공되지 않았습니다.',
  'Invalid token header. No credentials provided.':
    '토큰 헤더가 유효하지 않습니다. 인증데이터(credentials)가 제공되지 않았습니다.',
  'Invalid token header. Token string should not contain spaces.':
    '토큰 헤더가 유효하지 않습니다. 토큰 문자열은 빈칸(spaces)을 포함하지 않아야 합니다.',
  'Invalid token header. Token string should not contain invalid characters.':
    '토큰 헤더가 유효하지 않습니다. 토큰 문자열은 유효하지 않은 문자를 포함하지 않아야 합니다.',
  'Invalid token.': '토큰이 유효하지 않습니다.',
  'User inactive or deleted.': '계정이 중지되었거나 삭제되었습니다.',
  'Invalid basic header. No credentials provided.':
    '기본 헤더(basic header)가 유효하지 않습니다. 인증데이터(credentials)가 제공되지 않았습니다.',
  'Invalid basic header. Credentials string should not contain spaces.':
    '기본 헤더(basic header)가 유효하지 않습니다. 인증데이터(credentials) 문자열은 빈칸(spaces)을 포함하지 않아야 합니다.',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    '기본 헤더(basic header)가 유효하지 않습니다. 인증데이터(credentials)가 base64로 적절히 부호화(encode)되지 않았습니다.',
  'Invalid username/password.': '아이디/비밀번호가 유효하지 않습니다.',
  'You do not have permission to perform this action.': '이 작업을 수행할 권한(permission)이 없습니다.',
  'Method "%s" not allowed.': '메소드(Method) "%s"는 허용되지 않습니다.',
  'Not found.': '찾을 수 없습니다.',
  'Request was throttled. Expected available in %s.':
    '요청이 지연(throttled)되었습니다. Expected available in %s.',
  'Authorization header must contain two space-delimited values':
    '인증 헤더에는 공백으로 구분 된 두 개의 값이 포함되어야 합니다',
  'Given token not valid for any token type': '이 토큰은 모든 타입의 토큰에 대해 유효하지 않습니다',
  'Token is invalid or expired': '유효하지 않거나 만료된 토큰',
  'Token has no id': '토큰에 식별자가 주어지지 않음',
  'Token has no type': '토큰 타입이 주어지지 않음',
  'Token has wrong type': '잘못된 토큰 타입',
  'Token contained no recognizable user identification': '토큰에 사용자 식별자가 포함되어 있지 않습니다',
  'User not found': '찾을 수 없는 사용자',
  'User is inactive': '비활성화된 사용자',
  'Incorrect authentication credentials.': '자격 인증데이터(authentication credentials)가 정확하지 않습니다.',
  'Malformed request.': '잘못된 요청입니다.',
  'A server error occurred.': '서버 장애가 발생했습니다.',
};
