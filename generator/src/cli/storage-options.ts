import { Option } from 'commander';

/** `--s3-endpoint`: where s3:// is. */
export const endpointOption = (): Option =>
  new Option(
    '--s3-endpoint <url>',
    'of S3-compatible storage other than Amazon’s, for s3://bucket/prefix (default: AWS_ENDPOINT_URL_S3); credentials ' +
      'and region are the AWS SDK’s: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, profiles',
  );
