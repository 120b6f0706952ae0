"""Written by `python -m tailored.evals.feedback_training`: fitted weights, float16 in base 85."""

from __future__ import annotations

__all__ = ["SPACE", "THRESHOLD", "WEIGHTS"]

SPACE = "all-MiniLM-L6-v2"
"""The embedder whose vectors they are for."""
THRESHOLD = 0.6
WEIGHTS = (
    "9=lAcT{mbsF0`XL3N=nTGpD6FtS~*eF*PZ(4=_5o3b742K(KMTk~o{ZnY$c1o4DgFgtsg)o35_7M!mqgm9hjZYdCZ?BRdYcMYrrS"
    "R4{2VZZt_2sW)=9Mm(M`ay)ynj5xhCJTnBa&bDDR7o~VB;-=@busQ-af-wlTLbxA1vAR_@#yBpZ5wV-OzAZ_-Ew#eDFFQan1S%^g"
    "#VBGmoH1}W=P<)Kj5z~8ExpFNhCF3E@VFp4O*peN2q<$cMLaAsB{*d{Jh6qc5jg&}0J3)(%_t_V%{kz+!?q2zeK!R!!ZJ0oH@X0>"
    "zqb`QH#mB+U^NmwRW1O4W3AJ)akbhoJ*rtUM?IUk;ieY3ceN-o6f+LJn>hqE7cr)|T(%^zwJn&uCa#4x=Q}99z@yr{o;RMg)tpDN"
    "^D@IZSgW_WfVk2%1GNY-!#f7A*g77!=RJd~jj<^(6|v5>rLbDK__{T*)UXmTm^3`QSupvqyQvbl_^e4ZTrMxTE3Ia@C^go)%s7{~"
    "Be)p2wKQa|`7qMCEVvLeOsz>KqBI#SfwA8_+q_dfHZqd3bhsZT^|(4bh%x|x87(=qIW^I&S}?@7LpkoYt+F(_$GQNyDmyQ-YbY1F"
    "A*$E3i#Y+aW~fgwFfO0C^0-d2T{B#<KfA`Zd$$!eZ9J(r-8ECP@-qjwNi<73Rz484p*s4pMKO{xFuN|X9xr}0?W{R1`M0P#PBc_6"
    "p0~-k)-tI%jknmd5<KQROS)4vJh(Hyg**^8+P3>9K(P9>9=IpC$GI0f1UI`M4JqF`&@pYc7`$w`j64me3@`<{xHZwUZ!lT9zBU8^"
    "U?~c^iZ}$gezuLe%C;RYnzgjGI;<Zyfv{e-Z#W@30X|N=(>Q88v^fp5GBMh(f;_FZx;T=vIW;J`YOp&zvaPr=QM!}9XRmX(yR{R!"
    "!#D;#FSp>hrMAJSS+ZresJ!8{Bez5_csHWEbG}hGRy13<r#9%hvbbWh|G7cAx<Ge1F~EhsGP9FB$uuGzfV)b%1Tka1CB9>>=sGR9"
    "rnWh<FgsT~K0P<OrZ*b4A+^XgtF$^c$*|wIO}Z?tMmt70{yBW6$2n{<g1T=o<TWU`pE*)HO0j>lz%;Zm$hU+u9JaYRP&l8WRyIAi"
    "T(W<&mA2?P%(Boi;UFrut1sWUK|0T%hcpejbSpKl$F`rS8n`I2D?4^LV!IKxPP9k7$+o1g137IYe6k`h^Ry8v3OCBQMm_|!d$X20"
    ");jLDJiInJaWRlJK(qy}NxB3xV7x&#>bVa+U^-8@D6`<N!MKsEkhVB8JGDHz5xfAg47osxc(9Ez@G+(_88x9b*RNSHk)($>{ymGn"
    "F*y#rBC|a>t++opBP}dB4!j_!g1SOA004t9Fg$xT=CdR_j<qec$vLRFC^(9*_Bd#@6+MZ%xw~e%v?+q9+&L#R<u|o7ey#Vk+czIM"
    "&^6FIRX4&fi#0sFX(t!8uQ;Kx>$he)cr<{xo3?bZ^)nE_%QlF-B04HHzA;CzEI3lE7qAkzDKnh5W-=|c=c_$7)iS#+__5`(7`R@i"
    "HZ^0k$T<48$u|%??=*d?q$HQBL^n_<<}=1JcdjccnY!t*Jh&1(H@OMC*0c*fl`$GV7QBD5005FWfhxctIXL;Ta5E{pg|^GK<2D?y"
    "%rw2ehA>yTQaSFiyuAoDsWZVi-?%(E+BU^7P&C>y8#rz{H#v<qqOWMVO|~+Vmo;59?jVP`Q!2x|uQ!b*89UvzR5^w;&8x<~xHWt+"
    "%`^A3(z-mko3^1i)3~xV`Lv|A(J>}8<hXJ<nYlzYCo<-@qB$C}ZYb3^A2{AT{k6n68@cheq&R}Nj<x+a!7<xCf;)4#R=cXTuQW8a"
    "<SY}guD6o70)S64#yrNk2(!F9p*f|mFfmxV6+GcKhO}lg+BIY~q_(ZL*gA2zw7N~N9x`GwRyCNl?lDcboiHIS46w<vzqAT0(yd=Q"
    "<vnG(Q?<xDH8_mA1-A*N;<fm-dnDI5HZ?#wNI5<<pSh8=SU%G`V5VI+>p26cK{_C@$vEFRNjrqV+q=9vgFNmy-LlvmX0a={sk5)N"
    "A2#GWrMyqP);3l(O+4$lox0Pysy^Jd46UxUX|9^KqPZNoDL6naEUXf?-nuimey%gJ9ir1Q<(>UDp{gr4cqqxZdOG>Ft28n-H?X}s"
    ")HvWY|1wv%W3CsiL%A$Gi?rLD61BIn@-D@%EHDwbJiKqVu(v!fOScp-6|x&Su{f^0O}Ohie>NdFc{3iP!K(hVBsibC%sGm!C%Ndh"
    "4m$C=DKj`d0JvQ>aJDHsmbo^vDYl2KGp!;u^|kspR=f_pm?vN=yttdW>^XX|cDHOX9kjeNowQau%C(xQJ~4hZbh!*Nn;|5%JGOo@"
    "<GMLCl(4(JtUMCBY&xtq=`(FP0;;;WvAn%J+_XZs*R}wFN2~X_4Vf7(!MegQJiNBB-#BtFS~q~YcrPEGY%e!CAvsGp>^9T50ku9k"
    "SF$CwYq?@N0J+OL&%NBPb+68_yE^{40yZ8n=s7bm$+!Eqgtjg?d$~t4ayZ(xIz24AKe661b~M5zf;*-(M>(Cf2{58L0W$J3hP6;L"
    "8lp9=ZZ9J|11~ExC#oDYI<YsR+qHx;%(FW!r><Z$&Nq9vAh6{uXSEhOwKamdOfqk|g*p&8qPbbJK)Zveyp#ZdHM!C<U$s5Ac`6Jv"
    "m@~RM5jli4&O0<UP&%P15IJe5b~Exm2fRF`dbk%i0=maAfj6S88@GtHiY`*KaVuJ~;<j?F*|poSE4bh`#x}6J>bO0#*1DRxb~5?8"
    "?KmMbR6ZNI3$8V_csf8OD>lY7jjql-kGNU389NRv9K8j$#xCDAX)<m-7P(ct^f>IRwY7<|p1CDE4KVYwo1C+_;5HbzbGaHb3b!q^"
    "rnrtfM>AVD!6#oaz@ZpD$}j?er?UgM?=Z$WeYj#TS~wrHk~~kj(zRo*$*m+PAiJNnR=g229jZXI%DC_=%C*3<IJ#{!OR(uJfwn6;"
    "nl%@?q9&fL;GT3bQac?x>bUVPAv1}(kT=mgPdW!Bg0{UZ5je25%Q22P&9M%-6FKX)+POrsC$^5M`Z-~?0VEK#zpltM1w8~fL$+?a"
    "-LyS1);$_LS}?aeW;hEy*D@0>K`jfr6tN?;QMU"
)
