import type { Translations } from './texts.ts';

export const ar: Translations = {
  'Authentication credentials were not provided.': 'لم يتم تزويد بيانات الدخول.',
  'Invalid token header. No credentials provided.': 'رمز الراْس المميّز غير صالح, لم تقدم أي بيانات.',
  'Invalid token header. Token string should not contain spaces.':
    'رمز الراْس المميّز غير صالح, سلسلة الرمز المميّز لا يجب أن تحتوي على أي أحرف مسافات.',
  'Invalid token header. Token string should not contain invalid characters.':
    'رمز الراْس المميّز غير صالح, سلسلة الرمز المميّز لا يجب أن تحتوي على أي أحرف غير صالحة.',
  'Invalid token.': 'رمز غير صحيح.',
  'User inactive or deleted.': 'المستخدم غير مفعل او تم حذفه.',
  'Invalid basic header. No credentials provided.': 'رأس أساسي غير صالح, لم تقدم اي بيانات.',
  'Invalid basic header. Credentials string should not contain spaces.':
    'رأس أساسي غير صالح, سلسلة البيانات لا يجب أن تحتوي على أي أحرف مسافات',
  'Invalid basic header. Credentials not correctly base64 encoded.':
    'رأس أساسي غير صالح, البيانات ليست مرمّزة بصحة على أساس64.',
  'Invalid username/password.': 'اسم المستخدم/كلمة السر غير صحيحين.',
  'You do not have permission to perform this action.': 'ليس لديك صلاحية للقيام بهذا الإجراء.',
  'Method "%s" not allowed.': 'الطريقة "%s" غير مسموح بها.',
  'Not found.': 'غير موجود.',
  'Request was throttled. Expected available in %s.': 'تم تقييد الطلب. Expected available in %s.',
  'Incorrect authentication credentials.': 'بيانات الدخول غير صحيحة.',
  'Malformed request.': 'الطلب صيغ بشكل سيء.',
  'A server error occurred.': 'حدث خطأ في المخدم.',
};
