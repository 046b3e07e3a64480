using System.Globalization;
using System.Resources;
using System.Text;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A language that is nobody's: each text in brackets, accented, and longer by two fifths. What is on a page outside the brackets was never translated.</summary>
internal sealed class PseudoLocalizer : IStringLocalizer<Strings>
{
    private const string Plain = "aceinosuyAEOU";
    private const string Accented = "áçéíñóśúýÁÉÓÚ";

    private readonly ResourceManager resources = new(typeof(Strings));

    public LocalizedString this[string name] => Of(name, []);

    public LocalizedString this[string name, params object[] arguments] => Of(name, arguments);

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];

    private LocalizedString Of(string name, object[] arguments)
    {
        var text = resources.GetString(name, CultureInfo.InvariantCulture);
        if (text is null) return new LocalizedString(name, name, resourceNotFound: true);
        var pseudo = Pseudo(text);
        return new LocalizedString(name, arguments.Length == 0 ? pseudo : string.Format(CultureInfo.CurrentCulture, pseudo, arguments));
    }

    private static string Pseudo(string text)
    {
        var pseudo = new StringBuilder("⟦");
        foreach (var letter in text) pseudo.Append(Plain.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var place ? Accented[place] : letter);
        return pseudo.Append('·', text.Length * 2 / 5).Append('⟧').ToString();
    }
}
