// What every page shares: the live stream, times that move on, one submit per press.
import { startLive } from "./live.js";
import { startTimes } from "./times.js";
import { guardForms } from "./forms.js";
import { startSignatures } from "./signature.js";
import { startDrafts } from "./draft.js";
import { startWhere } from "./where.js";

startTimes(document);
guardForms(document);
startSignatures(document);
startDrafts(document);
startWhere(document);
startLive(document.body);
