import { ProtocolError } from '@lp/contracts/protocol'

/** The version of a file is newer than the versions that this program reads. The program does not change the file. */
export class NewerVersionError extends ProtocolError {
  override readonly name = 'storage.NewerVersionError'
  constructor({ path, found, known }: { path: string; found: number; known: number }) {
    super(
      'A newer lp-relay wrote this file: install the newest lp-relay, or start this lp-relay with another directory.',
      {
        details: [
          `File: ${path}`,
          `Version of the file: ${found}`,
          `Newest version that this lp-relay reads: ${known}`,
        ],
      },
    )
  }
}
