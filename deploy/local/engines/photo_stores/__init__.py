"""Where photos are kept on one machine: versitygw, which speaks and enforces S3, or a folder with LITE=1."""
