using System.Globalization;

namespace TaskDashboard.App.Localization;

/// <summary>
/// The culture of one open page, which can become another one while the page is open. A culture flows along with everything that a page starts: event
/// handlers, watches, timers. As all of these carry the same instance, all of them speak the new language from one moment to the next; a new culture set
/// in one of them would leave the others behind. Formats ask a culture each time, so it may answer differently; strings are looked up in what it is at that
/// moment (<see cref="SettledStringLocalizerFactory"/>). Safe for threads.
/// </summary>
internal sealed class SwitchableCulture(CultureInfo first) : CultureInfo(first.Name)
{
    private volatile CultureInfo now = Settled(first);

    public override string Name => now.Name;

    public override CultureInfo Parent => now.Parent;

    public override string DisplayName => now.DisplayName;

    public override string EnglishName => now.EnglishName;

    public override string NativeName => now.NativeName;

    public override string TwoLetterISOLanguageName => now.TwoLetterISOLanguageName;

    public override string ThreeLetterISOLanguageName => now.ThreeLetterISOLanguageName;

    public override bool IsNeutralCulture => now.IsNeutralCulture;

    public override int LCID => now.LCID;

    public override Calendar Calendar => now.Calendar;

    public override Calendar[] OptionalCalendars => now.OptionalCalendars;

    public override CompareInfo CompareInfo => now.CompareInfo;

    public override TextInfo TextInfo => now.TextInfo;

    public override NumberFormatInfo NumberFormat
    {
        get => now.NumberFormat;
        set => throw ReadOnly();
    }

    public override DateTimeFormatInfo DateTimeFormat
    {
        get => now.DateTimeFormat;
        set => throw ReadOnly();
    }

    /// <summary>The language that a culture is at this moment, which does not become another one: for what asks a culture several times and keeps what it heard.</summary>
    public static CultureInfo Settled(CultureInfo culture) => culture is SwitchableCulture switchable ? switchable.now : culture;

    /// <summary>From here on it is that one.</summary>
    public void Become(CultureInfo culture) => now = culture;

    public override object? GetFormat(Type? formatType) => now.GetFormat(formatType);

    public override object Clone() => now.Clone();

    public override bool Equals(object? value) => now.Equals(value is SwitchableCulture other ? other.now : value);

    public override int GetHashCode() => now.GetHashCode();

    public override string ToString() => now.ToString();

    private static InvalidOperationException ReadOnly() => new("The formats of a page's culture are those of its language.");
}
