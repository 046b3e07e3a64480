using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Providers;

public sealed class ProvidersOptionsTests
{
    [Fact]
    public async Task Start_WithManyMistakes_TellsAllOfThemAtOnce()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddProviders(Settings(
            ("Providers:mine:Type", "Gemini"),
            ("Providers:mine:BaseUrl", "not an address"),
            ("Providers:mine:FirstByteSeconds", "soon"),
            ("Providers:mine:MaxAttempts", "0"),
            ("Providers:mine:ApiKy", "typo"),
            ("Providers:claude:Type", "Anthropic"),
            ("Providers:builtin:Type", "OpenAI"),
            ("Providers:openai:IdleSeconds", "-1"),
            ("Roles:task", "gpt-5"),
            ("Roles:system", "nowhere/model"),
            ("Roles:user", "builtin/assistant")));
        using var host = builder.Build();

        var failures = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures.ToList();

        string[] expected =
        [
            "mine:ApiKy is not a setting", "mine:Type is \"Gemini\"", "mine:BaseUrl is \"not an address\"", "mine:FirstByteSeconds is \"soon\"", "mine:MaxAttempts is 1 to 20",
            "claude has no ApiKey", "the name builtin belongs", "openai has neither ApiKey nor BaseUrl", "openai:IdleSeconds is more than 0",
            "Roles:task is \"gpt-5\"; provider/model is wanted", "Roles:system names the provider nowhere",
        ];
        Assert.All(expected, words => Assert.Contains(failures, failure => failure.Contains(words, StringComparison.Ordinal)));
    }

    [Fact]
    public void Key_IsNeverPartOfAProblem()
    {
        var options = Read(("Providers:openai:ApiKey", "sk-secret\nline"));

        var problem = Assert.Single(new ProvidersOptionsValidation().Validate(null, options).Failures!);

        Assert.DoesNotContain("sk-secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_AreThoseOfTheDesign()
    {
        var provider = Read(("Providers:local:BaseUrl", "http://127.0.0.1:11434/v1"), ("Providers:local:Models:0", "llama"), ("Providers:local:Models:1", "qwen")).Providers[0];

        Assert.Equal((ProviderType.OpenAI, 60d, 60d, 4), (provider.Type, provider.FirstByteSeconds, provider.IdleSeconds, provider.MaxAttempts));
        Assert.Equal(["llama", "qwen"], provider.Models);
    }

    [Fact]
    public void Models_MayBeACommaList()
    {
        Assert.Equal(["a", "b/c"], Read(("Providers:openai:Models", "a, b/c"), ("Providers:openai:ApiKey", "k")).Providers[0].Models);
    }

    [Fact]
    public void VendorsVariables_FillWhatIsNotConfigured()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OPENAI_BASE_URL"] = "http://127.0.0.1:1/v1",
            ["OPENAI_API_KEY"] = "from-variable",
            ["TaskDashboard:Providers:openai:ApiKey"] = "from-settings",
        }).Build();
        var options = new ProvidersOptions();
        new ProvidersOptionsReader(configuration).Configure(options);

        var openai = options.Providers.Single(provider => provider.Name == "openai");
        Assert.Equal(("from-settings", new Uri("http://127.0.0.1:1/v1")), (openai.ApiKey, openai.BaseUrl));
    }

    [Theory]
    [InlineData("", "builtin/assistant")]
    [InlineData("OPENAI_API_KEY=k", "openai/gpt-5-mini")]
    [InlineData("OPENAI_BASE_URL=http://127.0.0.1:1/v1", "openai/gpt-5-mini")]
    [InlineData("OPENAI_API_KEY=k;ANTHROPIC_API_KEY=k", "anthropic/claude-sonnet-5")]
    [InlineData("TaskDashboard:Providers:local:BaseUrl=http://127.0.0.1:1;TaskDashboard:Providers:local:Models:0=llama", "local/llama")]
    [InlineData("TaskDashboard:Providers:local:BaseUrl=http://127.0.0.1:1;ANTHROPIC_API_KEY=k", "anthropic/claude-sonnet-5")]
    public void DefaultModel_IsTheFirstConfiguredOfAnthropicOpenAIBuiltin(string settings, string expected)
    {
        var catalog = Catalog(settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1])));

        Assert.Equal(expected, catalog.DefaultModel);
        Assert.Equal(expected, catalog.Models[0].Id);
        Assert.Single(catalog.Models, model => model.IsDefault);
        Assert.Contains(catalog.Models, model => model.Id == "builtin/assistant");
    }

    [Theory]
    [InlineData("gpt-5", "\"gpt-5\" is not a model's name; provider/model is wanted, such as local/llama.")]
    [InlineData("local/", "\"local/\" is not a model's name; provider/model is wanted, such as local/llama.")]
    [InlineData("nowhere/x", "There is no provider nowhere; there are builtin, free, local.")]
    [InlineData("local/qwen", "The provider local has no model qwen; it has llama.")]
    public void UnknownNames_AreToldInOneSentence(string name, string expected)
    {
        Assert.False(TwoProviders().TryResolve(name, out var provider, out _, out var problem));
        Assert.Equal(expected, problem);
        Assert.Null(provider);
    }

    [Theory]
    [InlineData("free/meta/llama:70b", "free", "meta/llama:70b")]
    [InlineData("LOCAL/llama", "local", "llama")]
    [InlineData("builtin/assistant", "builtin", "assistant")]
    public void KnownNames_LeadToTheirProvider(string name, string expectedProvider, string expectedModel)
    {
        Assert.True(TwoProviders().TryResolve(name, out var provider, out var model, out var problem));
        Assert.Equal((expectedProvider, expectedModel, ""), (provider!.Name, model, problem));
    }

    [Fact]
    public void Role_HasItsOwnModelOrTheDefaultOne()
    {
        var catalog = Catalog([("TaskDashboard:Roles:Subagent", "builtin/assistant"), ("OPENAI_API_KEY", "k")]);

        Assert.Equal("builtin/assistant", catalog.ForRole("subagent"));
        Assert.Equal("openai/gpt-5-mini", catalog.ForRole("task"));
    }

    private static IModelCatalog TwoProviders() => Catalog(
    [
        ("TaskDashboard:Providers:local:BaseUrl", "http://127.0.0.1:1"), ("TaskDashboard:Providers:local:Models:0", "llama"),
        ("TaskDashboard:Providers:free:BaseUrl", "http://127.0.0.1:1"),
    ]);

    private static IModelCatalog Catalog(IEnumerable<(string Key, string? Value)> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).Build();

        // The order of a section's children is alphabetical in configuration, hence "free" before "local" in what is told.
        return new ServiceCollection().AddProviders(configuration).BuildServiceProvider().GetRequiredService<IModelCatalog>();
    }

    private static ProvidersOptions Read(params (string Key, string? Value)[] settings)
    {
        var options = new ProvidersOptions();
        new ProvidersOptionsReader(Settings(settings)).Configure(options);
        return options;
    }

    private static IConfiguration Settings(params (string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create($"TaskDashboard:{pair.Key}", pair.Value))).Build();
}
