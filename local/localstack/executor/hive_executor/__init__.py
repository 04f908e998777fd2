"""LocalStack without Docker: Lambda functions as host processes, SQS event sources by long polling."""
