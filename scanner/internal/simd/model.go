package simd

import (
	"math"
	"math/bits"
)

// signs are the classes of bytes that a model tells apart, but for the last, which
// all others are of: letters in whatever case, digits, blanks, the ends of lines, and
// the other signs by themselves.
const signs = "abcdefghijklmnopqrstuvwxyz0 \n_-.,:;\"'()=/\\&%+*<>#[]{}$@|!?~^`"

const classes = len(signs) + 1

// A Model says how often grams are to be expected in source texts, if what a byte is
// depends on the one before it and on nothing else.
type Model struct {
	share  [classes]float32     // of the bytes of a text, by class
	behind [classes][64]float32 // by class, how often it is behind each
	of     [16][16]uint64       // the class of the byte with two halves, as a bit
}

// NewModel returns the model.
func NewModel() *Model {
	m := &Model{}
	for c := range 256 {
		m.of[c>>4][c&15] = 1 << classOf(byte(c))
	}
	var powers [128]float32
	for c := range powers {
		powers[c] = frequency(byte(c))
	}
	for a, row := range behind {
		m.share[a] = powers[shares[a]]
		for b := range m.behind {
			m.behind[b][a] = powers[row[b]]
		}
	}
	return m
}

// classOf returns the class of a byte, an index of signs.
func classOf(c byte) uint8 {
	switch {
	case c >= '0' && c <= '9':
		c = '0'
	case c == '\t':
		c = ' '
	case c == '\r':
		c = '\n'
	}
	for i := range len(signs) {
		if c == signs[i] || c == upper(signs[i]) {
			return uint8(i)
		}
	}
	return uint8(len(signs))
}

// Frequency returns at which share of the places of a text a gram stands, in whatever
// case.
func (m *Model) Frequency(gram string) float32 {
	l := likenessOf(m, Literal(gram))
	return m.at(&l.bytes)
}

// whatever are all classes.
const whatever = 1<<classes - 1

// at returns at which share of the places of a text each of the next bytes is of one
// of some classes.
func (m *Model) at(some *[Gram]uint64) (sum float32) {
	var room [2][classes]part
	list, next := &room[0], &room[1]
	n := 0
	for left := some[0]; left != 0; left &= left - 1 {
		class := bits.TrailingZeros64(left)
		list[n] = part{class, m.share[class]}
		n++
	}
	for _, of := range some[1:] {
		if of == whatever { // and, if that is the end of a short gram, so is what follows
			break
		}
		count := 0
		for left := of; left != 0; left &= left - 1 {
			class := bits.TrailingZeros64(left)
			share, behind := float32(0), &m.behind[class]
			for _, p := range list[:n] {
				share += p.share * behind[p.class&63]
			}
			next[count] = part{class, share}
			count++
		}
		list, next, n = next, list, count
	}
	for _, p := range list[:n] {
		sum += p.share
	}
	return sum
}

// A part of the places of a text is where one byte is of a class, and those before it
// of such as were asked for.
type part struct {
	class int
	share float32
}

// classesOf returns the classes of the bytes that have one of some low and one of some
// high halves.
func (m *Model) classesOf(low, high uint16) (all uint64) {
	for ; high != 0; high &= high - 1 {
		row := &m.of[bits.TrailingZeros16(high)]
		for left := low; left != 0; left &= left - 1 {
			all |= row[bits.TrailingZeros16(left)]
		}
	}
	return all
}

// frequency reads one of the tables below: what '!' stands for is 1, and each fifth
// character behind that is half as much.
func frequency(c byte) float32 { return float32(math.Exp2(float64('!'-int(c)) / 5)) }

// shares holds how frequent each class is in source texts: the mean of texts in C, Go,
// Python, Ruby and Rust.
const shares = `8B;<4>A@8QH;?99>M875>FFFDP=,:>EAACKBIBBFDOJVSLPKLNNJJUXSSY__PV`

// behind holds, for every class, how frequent each class is behind it, in the same
// texts. What is as rare as '_' may be rarer.
var behind = [classes]string{
	`5<57MD<U9XD164X9V32/>BAGBKE;NKOKJNYORTL\PU_____U_W^______]____`,
	`2D<C1KKN87R1BK3IO::G0PNO4R:9GBH>CFVAEF>SDM_^W^^P_QT_]__WX___P_`,
	`2J=F3HK1>V56@M-HV9B/<NPPIYC8KANAGIVLNEIWOV__[_R[[YW____^T___]_`,
	`6EF:,GHN3UG@JJ6GQ><F<KMG?[B/76D>??M@J<?MIP__R_XO_QNYR__ZRO[TS_`,
	`:J77@:CRIVS7=3H>?026MBB9EYF1?:G?@BNDM>AMPW__Y_SRZSQYS__ZUY__R_`,
	`6PGB:8FV.\R;D<0GX8=?8WTWE\?-B<G5>GSJM?>SLO__X_\U_QV_]_______^_`,
	`>HBL-H?;0RS?F86GT86@<FOXKNB1@8H;>@NBK;>NDW[_W_ZL[RONU__[UU__O_`,
	`/NLI)NVR3XRKDM3NX?C6ATSZ>WE3B9I@BFPCO>CNLY__X^^Q\PR_R____U__T_`,
	`>?87;68^RSN49+3?S:30W=[E_?LEQQQOPSYTXUO_U___Q[_]R_N___________`,
	`7FDA)FHF?H@I;H.@HI3G7FANHI;;IBA>ALIBKPCQAN__G____QE____V____Z_`,
	`9DGA*E@J3UO?G>=GMG5>@ICNMTB1>5@;?BC@I8?NFQ[_U_TV_NLWW__SVR__QV`,
	`4GJ9-6LP0[O3ML3EZL898INY=RK4B>MCCFMHQ>DSM]__[_SRUUU_W____Z__U_`,
	`.<LA+NQX3XK?8E31VN<A9NOUGLJ8J>KBFJSHQEHUG]__^_XN_VX_\__\____X_`,
	`6O622<4R9YDBJ@6FQI5/?@KXGZM1B<IAEEMBG@EQLT_ZZ_NR_VR_Z__\Y\__S_`,
	`A=:6H:AW>N>96-;7_.;86?=IRQL7B@IHLJYJTJMYNV____]___\_____^[__^_`,
	`/NEA/HLD9[I5MQ19R2=38ONX@YB9I<I@EDIKP=EUIX__T_WK_NY_X__\____W_`,
	`AGEDHIGJFMM9LIMIGADK$LJMJM@6DDR=@IRFND@PHM__S]_X_QR_J__Q9]__X_`,
	`4F??,E=W4^DC?:4K\7869BOZ=_E3D=L>BCOFN=AQNS__\_UM\XRXV_]X^___Q_`,
	`>H=I-NK;7]FFCM;<KI4-9QJZ>YI0@;G:@@OBK?ANDT_]W]XVVFR^X__SXW__Q_`,
	`6RAG/GR12_WFFR6?_3;<:UKL<XD0C5D>ACKDM?APJY__Z_PO_QNWV__URY__T_`,
	`886@2;@X7_[380I7[020UTYLXQFEVS\PW__UQZZ_X_____________________`,
	`,HEF(GML1VUEEF:FFKAIIIFNNQ8;LAA@CLPCSFCTDR__Q__P_GT_[__T[___X_`,
	`1IDA3HM3-QQFJ:4GN35FLOBJRQD7A:G@FGSEN7GUKX__R[Q]_SUZ________V_`,
	`8A7A8?RJ9NTM?NG/OHD0LHPDBP-5A<?=<BLAI>=JGQ[ZONPS_MJ[M__T_^__U_`,
	`DGCJ=KPQ@NU=;9;/UA46OOGLRJB-;4>9;<J?G:=IGP]_UUOLMSIXQ_SVUK__K_`,
	`7GFE'FFF5MOF>H3GKHCNKECCA;:;@E@?BOS?FK=O?L_]OHU__SI_LS_Z____P_`,
	`BCCDACMQMQRMNLPKQNLLNJQ9QM'48CB:3@A=CA7SB<]SOPQL_W>WI_\S___]V_`,
	`;A<?>>EF;SPBBA@AU=:9EFCOQU>&_MDL_G_>FDR>FUDPNDKMEJZACPOMN]__LZ`,
	`MWGJJBQXG__TNSVJ_KFAINT_\_W#0ZOR___SG_Q_;__[VRUZ?Q_G>Z[T____K_`,
	`6:3847><6HC98896I514>@<OUOCGV=_WEX_UQEP________Q]____^_\______`,
	`;=8><;BC<SM=>@@;L97:AFDNUJ28F_+\__UKNVYRYG_UKS_.]\V\_Q_^____\_`,
	`4:5<8:<=8FG<;9=7M858<D>INN861?_;RY_COKK_EP_Y_KP___TYYX______]_`,
	`[XUYX[\_V__^_L\[__Y]______J#-_]____OF_Q_^R___________L________`,
	`?=<?A=KE@QUEC;F?T=<=FJKWW]@*0ZTZZ-_HOTY6>H_Q_PK_XYIE_OV__R__Q_`,
	`SUUY_]_V____X__\_]WZ___P__[0"_____HLO_S__PS___N_____________V_`,
	`:A:>?>B??MOD@AC>S=9:@GFHPT=33NDA/6J7LP3X?EWEORFEIOALE>TXZY\PNU`,
	`9@>AA>BF?OMCCAG@P?67EGFGPMA01ADB1;LA>G3OF7QCPLGOLLAMNOTQTTWQUW`,
	`;=8=;:AA;OG?>;=:N928@@EANL9U<DKO_AY3;B/_IQ9M]CV_TC_L_PNIBN__R_`,
	`Y^[\__________]___V________-(_P7270DJK2_IPZ_UL[R_OA^M]_X_H__L_`,
	`MLKPQGXSO__PMEQO_NGFTSU]Y_?#G[TTX__:DP_3WF_K__X8YR_R_C___^\___`,
	`<?<@D@@BBKMCAEB>O@<<FHCINM7,7UWFHK\CLSP^)N_SF:YPVY\K_N__C[_OW_`,
	`HGPB=HTU___[U-_S_@C?:II'_M;I4_QA___4?GG_L:\Z\K__YMMWXE_T_Q_^R_`,
	`B?=CDFJIDZQD:EAAP?6DLJQNVWG5*O_Q_H_RCP_O^^)__\__ME_^_^_U___Q__`,
	`DFD2HJFGL__FKEQJ8;)EK3=FMY62G^M>YYVAH>W<ROPGIFZ:=W_B_Z__Z^_W]_`,
	`@ACCGBBEBFJEIBFCJDABICHEHE0*;_>FGC@>EO96?H_S0]YXTYCU[P_O_R__V_`,
	`9<:?>>GG<VDA@><8O997DDGFLOB+5KQFHOLFHC@P2K__Y5^X_GXSWU_S_R__W_`,
	`<<:>>AM@=QKDCC::W=76CEPTTQE.UI7ZYZ_N:=_<0IB?__2<W__V_K__GQI_\_`,
	`9?=B8>JE@ZLCA<;<S><>DGJTZVC)8]YC;FH;E<A?K?HLP];5YWKW^T^U_Y__G_`,
	`GLI;@LTL8__JEQPLTHCJFMRN\W?%5_VRSQRGP_T\^Y_R_YQ_15_:_R__EZ____`,
	`<A;:BBIE5FCAB>C<QA97CGIGQU.A:SAJ]5_4<A_YWHKNLLJ_UD/I_RO_Z__I:\`,
	`K8QSIJ\_?__UW\RT^K=KEWN^___-+WK51<=AG;1ORDV^GA]Q[;>QH__I^R_^J_`,
	`CIDIEJMKF\PKECKEVDBDNLWOWR=1$VSG_M_;IT__YQ\__^^__R_C8QR_Z___V_`,
	`_Y__[^]_]__VZ^[U__\^_______6$NTD0L9:GJ8UDK]___UUTRHH@Z_]_U__L_`,
	`>=8A@@;9<NM;<=;8O=74FCOM[F-BPEHWTX_@E/TXBO]M_IU_I__6HSFUWKV_XV`,
	`7:/:1=G>?QG9==93Q25:9;EDSXIBEA_R___BG___LK_T__X[LTZA_];U______`,
	`DC?D>AJKFRDGABHBS?7AKGRKX_A(1ANMX]\HGIV8OBTU_PS_YE__XP\.__XT__`,
	`CE>CDDJI>[WHFG>BT<6AJHITU_P28XFSG__=H+L*?IZW[HO_U<R__SP_E___K]`,
	`NIHNRIYR?_PMMXU@HIFQNWYAJ_Y-,STF;?2;B-:FICNTROEHWODO;KRVI?]_?_`,
	`<88>A=SB7I_?;SAC_98B@XHIS_,5A_NXXX_<;@FN9>XJ_BKFN:L__GX_NS2SL_`,
	`8A@FC>CEBLWMDMRD\=A@=RIDWN2-@DC7L@T@>8D<>8JKFONIE=M4T=AHCK_8M_`,
	`9?;?B@DA@ENDAAD>U89>EGHLRUG-4JG88<VCKRA_JJNUZWI[LP8JHUH\^TN_-_`,
	`EPEUQUKSS^]6DMQQWFBMXYWR__L6D__TU__@J^V_QS_[__Z_^PR____YX^__]#`,
}
