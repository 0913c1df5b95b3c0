import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Files } from '../pipeline/files.ts';
import { createFiles } from './files.ts';

export const S3_SCHEME = 's3://';

/** An address that names no object. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code = 'storage-address';
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** Bucket and key of s3://bucket/key. @throws StorageError */
export function placeOf(path: string): Place {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*))?$/.exec(path) ?? [];
  if (bucket === undefined) throw new StorageError(`storage: expected s3://bucket/prefix, got ${path}`);
  return { Bucket: bucket, Key: (key ?? '').replace(/\/{2,}/g, '/').replace(/\/$/, '') };
}

/** Parts of a multipart upload, bytes: S3 takes none smaller but the last. */
const PART = 8 * 2 ** 20;

/**
 * Objects of S3-compatible storage as files: an object appears whole or not at all, so that writing needs no other
 * name. Credentials, region and, unless it is given, the endpoint come from where the AWS SDK looks for them
 * (`AWS_ACCESS_KEY_ID`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`, profiles, roles).
 */
export function createS3Files(endpoint: string | null): Files {
  let opening: Promise<{ sdk: typeof import('@aws-sdk/client-s3'); client: S3Client }> | null = null;
  const open = () => {
    // What it would say is which Node it will want some day, in every thread.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    opening ??= import('@aws-sdk/client-s3').then((sdk) => {
      const other = endpoint ?? process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
      const client = new sdk.S3Client({
        // Buckets in the path: other storage seldom has a host name for each.
        ...(other ? { endpoint: other, forcePathStyle: true } : {}),
        ...(process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION']
          ? {}
          : other
            ? { region: 'us-east-1' }
            : {}),
        // Other storage often knows no checksums that nobody asked for.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
      return { sdk, client };
    });
    return opening;
  };
  const upload = async (path: string, bytes: Uint8Array | string, onlyNew: boolean): Promise<void> => {
    const { client } = await open();
    const { Upload } = await import('@aws-sdk/lib-storage');
    const Body = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    const params = { ...placeOf(path), Body, ...(onlyNew ? { IfNoneMatch: '*' } : {}) };
    await new Upload({ client, params, partSize: PART, queueSize: 2 }).done();
  };
  const exists = async (path: string): Promise<boolean> => {
    const { sdk, client } = await open();
    return client.send(new sdk.HeadObjectCommand(placeOf(path))).then(
      () => true,
      (error: S3ServiceException) => {
        if (statusOf(error) === 404) return false;
        throw error;
      },
    );
  };
  return {
    async read(path) {
      const { sdk, client } = await open();
      const { Body } = await client.send(new sdk.GetObjectCommand(placeOf(path)));
      return Body!.transformToByteArray();
    },
    write: (path, bytes) => upload(path, bytes, false),
    async create(path, bytes) {
      // Storage that ignores the condition still keeps to this one.
      if (await exists(path)) return false;
      try {
        await upload(path, bytes, true);
        return true;
      } catch (error) {
        const status = statusOf(error as S3ServiceException);
        // Somebody was first: before this upload, or at the same time.
        if (status === 412 || status === 409) return false;
        if (status !== 501) throw error;
        await upload(path, bytes, false);
        return true;
      }
    },
    exists,
    async list(path) {
      const { sdk, client } = await open();
      const { Bucket, Key } = placeOf(path);
      const prefix = Key === '' ? '' : `${Key}/`;
      const names = new Set<string>();
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix, Delimiter: '/' });
      for await (const { Contents = [], CommonPrefixes = [] } of pages) {
        for (const { Key: key = '' } of Contents) if (key !== prefix) names.add(key.slice(prefix.length));
        for (const { Prefix = '' } of CommonPrefixes) names.add(Prefix.slice(prefix.length, -1));
      }
      return [...names].sort();
    },
    async clearPartials(folder, names) {
      const { sdk, client } = await open();
      const { Bucket, Key } = placeOf(folder);
      const wanted = new Set(names.map((name) => placeOf(`${folder}/${name}`).Key));
      const under = { Bucket, ...(Key === '' ? {} : { Prefix: `${Key}/` }) };
      const { Uploads = [] } = await client
        .send(new sdk.ListMultipartUploadsCommand(under))
        // Not all storage can say what is half uploaded; none ever shows it as an object.
        .catch(() => ({ Uploads: [] }));
      for (const { Key: key, UploadId } of Uploads)
        if (key !== undefined && wanted.has(key))
          await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }));
    },
    async remove(path) {
      const { sdk, client } = await open();
      const { Bucket, Key } = placeOf(path);
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: `${Key}/` });
      for await (const { Contents = [] } of pages)
        for (const { Key: key } of Contents)
          await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key! }));
    },
    sha256: createFiles().sha256,
  };
}

const statusOf = (error: S3ServiceException): number | undefined => error.$metadata?.httpStatusCode;
