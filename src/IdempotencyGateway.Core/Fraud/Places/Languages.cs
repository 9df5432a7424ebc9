using System.Buffers;
using System.Collections.Frozen;
using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Fraud.Places;

/// <summary>Checks whether the languages in Accept-Language are common in the country of the client's address.</summary>
public static class Languages
{
    /// <summary>How much of an Accept-Language header is read.</summary>
    private const int MaxLength = 512;

    /// <summary>A country, then the languages (ISO 639-1) that many browsers there ask for. Missing countries contradict nothing.</summary>
    private const string Table = """
        AD ca es fr pt|AE ar ur hi|AF fa ps|AL sq|AM hy ru|AO pt|AR es|AT de|AU|AZ az ru|BA bs hr sr|BD bn|BE nl fr de|BG bg|BH ar|BN ms|BO es|BR pt|BY be ru
        CA fr|CH de fr it rm|CL es|CN zh|CO es|CR es|CU es|CY el tr|CZ cs sk|DE de|DK da|DO es|DZ ar fr|EC es|EE et ru|EG ar|ES es ca gl eu|ET am|FI fi sv
        FO fo da|FR fr|GB cy gd|GE ka ru|GL kl da|GR el|GT es|HK zh|HN es|HR hr|HT fr ht|HU hu|ID id jv su|IE ga|IL he ar ru|IN hi bn te mr ta ur gu kn ml pa or as
        IQ ar ku|IR fa az ku|IS is|IT it de fr sl|JO ar|JP ja|KG ky ru|KH km|KR ko|KW ar|KZ kk ru|LA lo|LB ar fr|LI de|LK si ta|LT lt ru pl|LU lb fr de pt
        LV lv ru|LY ar|MA ar fr|MC fr it|MD ro ru|ME sr hr bs sq|MG mg fr|MK mk sq|MM my|MN mn|MO zh pt|MT mt it|MX es|MY ms zh ta|MZ pt|NI es|NL nl fy
        NO no nb nn|NP ne|NZ mi|OM ar|PA es|PE es qu|PH tl fil|PK ur pa|PL pl|PR es|PS ar|PT pt|PY es gn|QA ar|RO ro hu|RS sr hu|RU ru tt|SA ar|SE sv fi
        SG zh ms ta|SI sl|SK sk hu|SM it|SN fr|SV es|SY ar|TH th|TJ tg ru|TM tk ru|TN ar fr|TR tr ku|TW zh|UA uk ru|US es|UY es|UZ uz ru|VA it|VE es|VN vi|XK sq sr|YE ar|ZA af zu xh
        """;

    private static readonly FrozenDictionary<CountryCode, string[]> AtHome = Table
        .Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToFrozenDictionary(words => Country(words[0]), words => words[1..]);

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// True when languages other than English are asked for, and none of them, nor their regions (<c>pt-BR</c>), belongs to the country. English and "*" are
    /// ignored because they are factory settings, as are entries that cannot be parsed.
    /// </summary>
    public static bool Contradict(string? acceptLanguage, CountryCode country)
    {
        if (acceptLanguage is null || !AtHome.TryGetValue(country, out var languages))
            return false;
        var header = acceptLanguage.AsSpan(0, Math.Min(acceptLanguage.Length, MaxLength));
        var isForeign = false;
        foreach (var part in header.Split(','))
        {
            var tag = header[part];
            var weight = tag.IndexOf(';');
            tag = (weight < 0 ? tag : tag[..weight]).Trim(" \t");
            var dash = tag.IndexOf('-');
            var language = dash < 0 ? tag : tag[..dash];
            if (IsAmong(languages, language) || Region(tag) == country)
                return false;
            isForeign |= language.Length is 2 or 3 && !language.ContainsAnyExcept(Letters) && !language.Equals("en", StringComparison.OrdinalIgnoreCase);
        }
        return isForeign;
    }

    private static bool IsAmong(string[] languages, ReadOnlySpan<char> language)
    {
        foreach (var known in languages)
        {
            if (language.Equals(known, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>The region in <c>pt-BR</c> or <c>zh-Hant-TW</c>: its two letters.</summary>
    private static CountryCode Region(ReadOnlySpan<char> tag)
    {
        foreach (var part in tag.Split('-'))
        {
            if (part.Start.Value > 0 && tag[part].Length == 2 && CountryCode.TryParse(tag[part], out var region))
                return region;
        }
        return default;
    }

    private static CountryCode Country(string letters) =>
        CountryCode.TryParse(letters.AsSpan(), out var code) ? code : throw new InvalidOperationException($"{letters} is no country");
}
