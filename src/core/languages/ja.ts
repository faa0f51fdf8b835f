import type { Translations } from './texts.ts';

export const ja: Translations = {
  'Authentication credentials were not provided.': '認証情報が含まれていません。',
  'Invalid token header. No credentials provided.': '不正なトークンヘッダです。認証情報が含まれていません。',
  'Invalid token header. Token string should not contain spaces.':
    '不正なトークンヘッダです。トークン文字列に空白を含めてはいけません。',
  'Invalid token header. Token string should not contain invalid characters.':
    '不正なトークンヘッダです。トークン文字列に不正な文字を含めてはいけません。',
  'Invalid token.': '不正なトークンです。',
  'User inactive or deleted.': 'ユーザが無効か削除されています。',
  'Invalid basic header. No credentials provided.': '不正な基本ヘッダです。認証情報が含まれていません。',
  'Invalid basic header. Credentials string should not contain spaces.':
    '不正な基本ヘッダです。認証情報文字列に空白を含めてはいけません。',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    '不正な基本ヘッダです。認証情報がBASE64で正しくエンコードされていません。',
  'Invalid username/password.': 'ユーザ名かパスワードが違います。',
  'You do not have permission to perform this action.': 'このアクションを実行する権限がありません。',
  'Method "%s" not allowed.': 'メソッド "%s" は許されていません。',
  'Not found.': '見つかりませんでした。',
  'Request was throttled. Expected available in %s.':
    'リクエストの処理は絞られました。 Expected available in %s.',
  'Incorrect authentication credentials.': '認証情報が正しくありません。',
  'Malformed request.': '不正な形式のリクエストです。',
  'A server error occurred.': 'サーバエラーが発生しました。',
};
