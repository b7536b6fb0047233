from accounts.models.personal import DataExport, ErasureRequest
from accounts.models.users import Normalize, User, UserManager

__all__ = ["DataExport", "ErasureRequest", "Normalize", "User", "UserManager"]
