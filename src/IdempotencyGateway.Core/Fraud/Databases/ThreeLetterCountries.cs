using System.Collections.Frozen;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>The three-letter country codes (ISO 3166-1 alpha-3) that passports and many identity providers use.</summary>
internal static class ThreeLetterCountries
{
    /// <summary>The three letters, followed by the two of alpha-2. The codes of Kosovo (XKX, XK) are not in the standard, but commonly used.</summary>
    private const string Table = """
        ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE BENBJ BESBQ BFABF
        BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN
        CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC
        EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW
        GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS
        ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS
        LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS
        MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE
        PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ
        SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ
        TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN
        VUTVU WLFWF WSMWS XKXXK YEMYE ZAFZA ZMBZM ZWEZW
        """;

    private static readonly FrozenDictionary<int, CountryCode> ByLetters = Table
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenDictionary(pair => Packed(pair), pair => CountryCode.TryParse([(byte)pair[3], (byte)pair[4]], out var code)
            ? code
            : throw new InvalidOperationException($"{pair} is no country"));

    /// <param name="letters">Exactly three, in either case.</param>
    public static CountryCode Find(ReadOnlySpan<char> letters) => ByLetters.GetValueOrDefault(Packed(letters));

    private static int Packed(ReadOnlySpan<char> letters) =>
        ((letters[0] & ~0x20) << 16) | ((letters[1] & ~0x20) << 8) | (letters[2] & ~0x20);
}
