from accounts.models.personal import DataExport, ErasureRequest
from accounts.models.users import User, UserManager

__all__ = ["DataExport", "ErasureRequest", "User", "UserManager"]
