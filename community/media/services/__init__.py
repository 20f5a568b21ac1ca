"""What people and the job do with pictures."""

from community.media.services.making import clear_loose, fail_picture, fail_stuck, finish_picture, remove_own
from community.media.services.storing import path_of
from community.media.services.uploading import remove_picture, upload_picture

__all__ = ["clear_loose", "fail_picture", "fail_stuck", "finish_picture", "path_of", "remove_own", "remove_picture",
           "upload_picture"]
