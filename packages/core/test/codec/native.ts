/** Loads msgpackr whole: from then on its native part reads strings for everyone in the program. */
import "msgpackr"
