#include "go_asm.h"
#include "textflag.h"

// What the registers hold:
//
//	AX   the entry at hand
//	BX   the tables
//	SI   what is next of the input, of which R8 is the last place to begin a round at
//	DI   where output goes, of which R9 is the last such place, and R15 the first of all
//	R10  bits, the next one lowest
//	R11  how many of them count, in its low six bits
//	R12  the length of a match, and R13 its distance
//	R14  how many bits index the table of literals and lengths
//
// The low six bits of an entry are the bits to drop, those from the ninth on the code's
// own; a processor looks at no others of what it is to shift by. BZHI looks at eight,
// of which an entry for a match has the last two clear.

// LOAD refills the bit buffer, as load does in Go.
#define LOAD \
	MOVQ  (SI), DX     \
	SHLXQ R11, DX, DX  \
	ORQ   DX, R10      \
	MOVL  R11, DX      \
	SHRL  $3, DX       \
	ANDL  $7, DX       \
	XORL  $7, DX       \
	ADDQ  DX, SI       \
	ORL   $56, R11

// LOOKUP finds the next entry for a literal or a length. It is within the table, for which
// R14 never says more than litBits.
#define LOOKUP \
	BZHIQ R14, R10, CX            \
	MOVL  tables_lit(BX)(CX*4), AX

// DROP takes the bits of the entry away.
#define DROP \
	SHRXQ AX, R10, R10 \
	SUBL  AX, R11

// LITERAL writes the entry's.
#define LITERAL \
	DROP           \
	SHRL $16, AX   \
	MOVB AX, (DI)  \
	INCQ DI

// EXTRA makes of an entry its base and the extra bits behind its code.
#define EXTRA(into) \
	BZHIQ AX, R10, into   \
	MOVL  AX, CX          \
	SHRL  $8, CX          \
	SHRXQ CX, into, into  \
	MOVL  AX, CX          \
	SHRL  $16, CX         \
	ADDQ  CX, into

// SUB finds the entry that the one at hand says is in a sub-table of a table of some
// size. That it is in there is known of tables that were built, and looked at again; that
// there are no further sub-tables below one is known of them as well.
#define SUB(table, size) \
	DROP                   \
	MOVL  AX, CX           \
	SHRL  $8, CX           \
	ANDL  $63, CX          \
	BZHIQ CX, R10, DX      \
	SHRL  $16, AX          \
	ADDQ  DX, AX           \
	CMPQ  AX, $size        \
	JCC   corrupt          \
	MOVL  table(BX)(AX*4), AX

// func rounds(s *state) (end ending)
TEXT ·rounds(SB), NOSPLIT, $0-16
	MOVQ s+0(FP), AX
	MOVQ state_tables(AX), BX
	MOVQ tables_litBits(BX), R14
	MOVQ state_src(AX), SI
	MOVQ SI, R8
	ADDQ state_pos(AX), SI
	ADDQ state_lastPos(AX), R8
	MOVQ state_dst(AX), DI
	MOVQ DI, R15
	MOVQ DI, R9
	ADDQ state_out(AX), DI
	ADDQ state_lastOut(AX), R9
	MOVQ state_bits(AX), R10
	MOVQ state_nbit(AX), R11
	LOAD
	LOOKUP

round:
	CMPQ SI, R8
	JHI  room
	CMPQ DI, R9
	JHI  room
	TESTL AX, AX                 // three literals take 33 bits of 56, two and a length 42
	JGE   other
	LITERAL
	LOOKUP
	TESTL AX, AX
	JGE   other
	LITERAL
	LOOKUP
	TESTL AX, AX
	JGE   other

literal:
	LITERAL
	LOAD
	LOOKUP
	JMP round

other:
	TESTL $const_kindOther, AX
	JNE   rare

length:
	EXTRA(R12)
	DROP
	MOVL R11, CX
	ANDL $63, CX
	CMPL CX, $const_maxDistBits
	JCS  seldom

distance:
	MOVBLZX R10, CX
	MOVL    tables_dist(BX)(CX*4), AX
	TESTL   $const_kindOther, AX
	JNE     rareDistance

match:
	EXTRA(R13)
	DROP
	LOAD
	LOOKUP                       // its way from memory takes as long as the copy
	MOVQ  DI, DX
	SUBQ  R13, DX                // where it is copied from
	CMPQ  DX, R15
	JCS   corrupt
	CMPQ  R13, $16
	JCS   near
	MOVOU (DX), X0
	MOVOU X0, (DI)
	MOVOU 16(DX), X0
	MOVOU X0, 16(DI)
	CMPQ  R12, $32
	JHI   long
	ADDQ  R12, DI
	JMP   round

long:
	MOVL $32, CX

longer:
	MOVOU (DX)(CX*1), X0
	MOVOU X0, (DI)(CX*1)
	ADDQ  $16, CX
	CMPQ  CX, R12
	JCS   longer
	ADDQ  R12, DI
	JMP   round

	// As copyNear does in Go.
near:
	CMPQ R13, $8
	JCS  repeated
	XORL CX, CX

eight:
	MOVQ (DX)(CX*1), R13
	MOVQ R13, (DI)(CX*1)
	ADDQ $8, CX
	CMPQ CX, R12
	JCS  eight
	ADDQ R12, DI
	JMP  round

repeated:
	LEAQ  (R13)(R13*2), R13
	LEAQ  ·repeats(SB), CX
	LEAQ  (CX)(R13*8), CX
	MOVQ  (DX), DX
	ANDQ  repeat_mask(CX), DX
	IMULQ repeat_times(CX), DX
	MOVQ  repeat_step(CX), CX
	XORL  R13, R13

again:
	MOVQ DX, (DI)(R13*1)
	ADDQ CX, R13
	CMPQ R13, R12
	JCS  again
	ADDQ R12, DI
	JMP  round

seldom:
	LOAD
	JMP distance

rare:
	TESTL $const_kindSub, AX
	JEQ   told
	SUB(tables_lit, const_litSize)

told:
	TESTL $const_kindEnd, AX
	JNE   done
	TESTL $const_kindBad, AX
	JNE   corrupt
	TESTL AX, AX
	JLT   literal
	JMP   length

rareDistance:
	TESTL $const_kindSub, AX
	JEQ   toldDistance
	SUB(tables_dist, const_distSize)

toldDistance:
	TESTL $const_kindBad, AX
	JNE   corrupt
	JMP   match

done:
	DROP
	MOVQ $const_atEnd, CX
	JMP  save

corrupt:
	MOVQ $const_atFault, CX
	JMP  save

room:
	MOVQ $const_atRoom, CX

save:
	MOVQ s+0(FP), AX
	SUBQ state_src(AX), SI
	MOVQ SI, state_pos(AX)
	SUBQ R15, DI
	MOVQ DI, state_out(AX)
	MOVQ R10, state_bits(AX)
	ANDL $63, R11
	MOVQ R11, state_nbit(AX)
	MOVQ CX, end+8(FP)
	RET
