using Microsoft.AspNetCore.Components.Server.Circuits;

namespace TaskDashboard.App.Localization;

/// <summary>What comes from a page is handled in the page's language.</summary>
internal sealed class LanguageCircuitHandler(PageLanguage language) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => context =>
    {
        language.Use();
        return next(context);
    };
}
