import { PAT_PID } from "../mpegts/packet.ts";
import { writeProgramAssociation } from "../mpegts/program-association.ts";
import { type ProgramStream, writeProgramMap } from "../mpegts/program-map.ts";

const PROGRAM_NUMBER = 1;
const PMT_PID = 0x1000;

/** PAT and PMT of a transport stream with one programme. */
export function programTables(
  streams: readonly ProgramStream[],
  pcrPid: number,
): readonly { readonly pid: number; readonly section: Uint8Array }[] {
  const common = { version: 0, currentNext: true, sectionNumber: 0, lastSectionNumber: 0 };
  const programs = [{ number: PROGRAM_NUMBER, pid: PMT_PID }];
  return [
    { pid: PAT_PID, section: writeProgramAssociation({ ...common, transportStreamId: 1, programs }) },
    { pid: PMT_PID, section: writeProgramMap({ ...common, programNumber: PROGRAM_NUMBER, pcrPid, streams }) },
  ];
}
