using System.Globalization;

namespace TaskDashboard.App.Localization;

/// <summary>The languages that the pages speak.</summary>
public static class SupportedLanguages
{
    public const string Default = "en";

    /// <summary>Culture name and the language's own name for itself.</summary>
    public static IReadOnlyList<(string Culture, string Name)> All { get; } = [("en", "English"), ("zh-Hans", "简体中文")];

    /// <summary>The entry that the present culture is shown in.</summary>
    public static string Current
    {
        get
        {
            for (var culture = CultureInfo.CurrentUICulture; culture.Name.Length > 0; culture = culture.Parent)
            {
                if (All.Any(language => language.Culture == culture.Name)) return culture.Name;
            }

            return Default;
        }
    }
}
