using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace TaskDashboard.App.Localization;

/// <summary>
/// The language of one open page, and its change while the page is open. What is on the page is drawn again in place: nothing is loaded anew, nothing that
/// somebody typed, opened or scrolled to is lost.
/// </summary>
public sealed class PageLanguage
{
    /// <summary>The name under which components receive it.</summary>
    public const string Cascade = "Language";

    private readonly SwitchableCulture? culture = CultureInfo.CurrentUICulture as SwitchableCulture;

    public PageLanguage() => Source = new CascadingValueSource<string>(Cascade, SupportedLanguages.Current, isFixed: false);

    /// <summary>False while a page is only written, without a connection: its language is that of the request.</summary>
    public bool CanSwitch => culture is not null;

    /// <summary>What tells components that the language is another one.</summary>
    public CascadingValueSource<string> Source { get; }

    /// <summary>Changes the language of everything on the page, at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such language.</exception>
    public Task SwitchAsync(string language)
    {
        if (SupportedLanguages.All.All(known => known.Culture != language)) throw new ArgumentOutOfRangeException(nameof(language), language, "There is no such language.");
        culture!.Become(CultureInfo.GetCultureInfo(language));
        return Source.NotifyChangedAsync(language);
    }

    /// <summary>
    /// Makes it the present culture. A page that was away comes back on another connection, which knows nothing of what the page began on the first.
    /// </summary>
    public void Use()
    {
        if (culture is not null) CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = culture;
    }
}
