using System.Globalization;
using System.Reflection;
using System.Resources;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace TaskDashboard.App.Localization;

/// <summary>
/// Finds strings in the language that a page has at the moment of asking. A <see cref="ResourceManager"/> asks a culture for its name several times in one
/// look, and keeps under the last answer, for everybody, what it found under the first: were the page's language to change in between, all pages would
/// read one language under the name of another. So it is given the language itself, which does not change. Safe for threads.
/// </summary>
internal sealed class SettledStringLocalizerFactory(IOptions<LocalizationOptions> options, ILoggerFactory loggers) : ResourceManagerStringLocalizerFactory(options, loggers)
{
    private readonly ResourceNamesCache names = new();
    private readonly ILogger logger = loggers.CreateLogger<ResourceManagerStringLocalizer>();

    protected override ResourceManagerStringLocalizer CreateResourceManagerStringLocalizer(Assembly assembly, string baseName) =>
        new(new SettledResourceManager(baseName, assembly), assembly, baseName, names, logger);

    private sealed class SettledResourceManager(string baseName, Assembly assembly) : ResourceManager(baseName, assembly)
    {
        public override string? GetString(string name, CultureInfo? culture) => base.GetString(name, SwitchableCulture.Settled(culture ?? CultureInfo.CurrentUICulture));
    }
}
