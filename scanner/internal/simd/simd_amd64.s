#include "textflag.h"

// The low half of each byte.
DATA half<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL half<>(SB), RODATA|NOPTR, $8

// func classMask(table *lookup, text *byte) uint64
TEXT ·classMask(SB), NOSPLIT, $0-24
	MOVQ           table+0(FP), AX
	MOVQ           text+8(FP), SI
	VPBROADCASTQ   half<>(SB), Y0
	VBROADCASTI128 (AX), Y1        // what low halves are of
	VBROADCASTI128 16(AX), Y2      // what high halves are of
	VPXOR          Y3, Y3, Y3
	VMOVDQU        (SI), Y4
	VMOVDQU        32(SI), Y6
	VPSRLW         $4, Y4, Y5
	VPSRLW         $4, Y6, Y7
	VPAND          Y0, Y4, Y4
	VPAND          Y0, Y5, Y5
	VPAND          Y0, Y6, Y6
	VPAND          Y0, Y7, Y7
	VPSHUFB        Y4, Y1, Y4
	VPSHUFB        Y5, Y2, Y5
	VPSHUFB        Y6, Y1, Y6
	VPSHUFB        Y7, Y2, Y7
	VPAND          Y4, Y5, Y4
	VPAND          Y6, Y7, Y6
	VPCMPEQB       Y3, Y4, Y4      // all ones where nothing is shared
	VPCMPEQB       Y3, Y6, Y6
	VPMOVMSKB      Y4, AX
	VPMOVMSKB      Y6, BX
	SHLQ           $32, BX
	ORQ            BX, AX
	NOTQ           AX
	MOVQ           AX, ret+16(FP)
	VZEROUPPER
	RET

// HALVES puts the low and the high halves of 32 bytes into two registers.
#define HALVES(at, low, high) \
	VMOVDQU at, low         \
	VPSRLW  $4, low, high   \
	VPAND   Y15, low, low   \
	VPAND   Y15, high, high

// AND leaves in Y7 what is also found for halves in a table.
#define AND(table, halves) \
	VBROADCASTI128 table, Y8      \
	VPSHUFB        halves, Y8, Y8 \
	VPAND          Y8, Y7, Y7

// func teddyMask(groups *group, n int, text *byte) uint64
TEXT ·teddyMask(SB), NOSPLIT, $0-32
	MOVQ         text+16(FP), SI
	VPBROADCASTQ half<>(SB), Y15
	VPXOR        Y14, Y14, Y14
	MOVQ         $2, R10
	XORQ         R8, R8

part:
	MOVQ  groups+0(FP), AX
	MOVQ  n+8(FP), CX
	HALVES((SI), Y0, Y1)
	HALVES(1(SI), Y2, Y3)
	HALVES(2(SI), Y4, Y5)
	VPXOR Y6, Y6, Y6

next:
	VBROADCASTI128 (AX), Y7
	VPSHUFB        Y0, Y7, Y7
	AND(16(AX), Y1)
	AND(32(AX), Y2)
	AND(48(AX), Y3)
	AND(64(AX), Y4)
	AND(80(AX), Y5)
	VPOR           Y7, Y6, Y6
	ADDQ           $96, AX
	DECQ           CX
	JNZ            next

	VPCMPEQB  Y14, Y6, Y6
	VPMOVMSKB Y6, R9
	NOTL      R9
	SHLQ      $32, R9
	SHRQ      $32, R8
	ORQ       R9, R8      // the first half goes down when the second comes
	ADDQ      $32, SI
	DECQ      R10
	JNZ       part
	MOVQ      R8, ret+24(FP)
	VZEROUPPER
	RET
