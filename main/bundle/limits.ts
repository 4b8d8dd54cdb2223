/** What a reader of foreign files accepts; a bundle of ten million events stays well below. */
export const READ_LIMITS = {
  fileBytes: 16 * 2 ** 30,
  entries: 10_000,
  entryBytes: 32 * 2 ** 30,
  totalBytes: 64 * 2 ** 30,
  /** Unpacked to packed; deflate reaches 1,032, our most repetitive file about 30. Small entries may exceed it. */
  ratio: 300,
  ratioFreeBytes: 1024 * 1024,
} as const;
