using System.Text;
using Microsoft.Extensions.Configuration;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Secrets;

namespace TaskDashboard.Tests.Secrets;

public sealed class SecretRedactionTests
{
    [Theory]
    [InlineData("key=sk-12345678 and more", "key=[redacted] and more")]
    [InlineData("sk-12345678sk-12345678", "[redacted][redacted]")]
    [InlineData("sk-12345678-longer", "[redacted]")]
    [InlineData("SK-12345678", "SK-12345678")]
    [InlineData("short", "short")]
    [InlineData("", "")]
    public void Redact_TakesOutEverySecret_TheLongerFirst(string text, string expected) =>
        Assert.Equal(expected, new SecretRedaction(["sk-12345678", "sk-12345678-longer", "short", null, ""]).Redact(text));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(1000)]
    public void Filter_TakesSecretsOutOfPieces_HoweverTheyAreCut(int length)
    {
        var text = Encoding.UTF8.GetBytes("a sk-12345678 b sk-1234 sk-sk-12345678sk-12345678 c sk-123");
        var left = new List<byte>();
        var filter = new SecretRedaction(["sk-12345678"]).Filter(piece => left.AddRange(piece));

        foreach (var piece in text.Chunk(length)) filter.Add(piece);
        filter.End();

        Assert.Equal("a [redacted] b sk-1234 sk-[redacted][redacted] c sk-123", Encoding.UTF8.GetString([.. left]));
    }

    [Fact]
    public void Filter_HoldsBackNothingThatCannotBecomeASecret()
    {
        var left = new List<byte>();
        var filter = new SecretRedaction(["sk-12345678"]).Filter(piece => left.AddRange(piece));

        filter.Add("line\n"u8);

        Assert.Equal("line\n"u8.ToArray(), left);
    }

    [Fact]
    public void Of_KnowsTheKeysOfProviders_TheVendorsVariables_AndPasswordsInAddresses()
    {
        var providers = new ProvidersOptions();
        providers.Providers.Add(new ProviderOptions { Name = "one", ApiKey = "key-of-a-provider" });
        providers.Providers.Add(new ProviderOptions { Name = "two", BaseUrl = new Uri("https://user:pass%2Bword1@example.com/v1") });
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ANTHROPIC_API_KEY"] = "key-of-anthropic",
            ["OPENAI_API_KEY"] = "key-of-openai",
            ["TASKDASHBOARD_KEY"] = "td_key-of-the-command-line",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-team=observers, api-key=collector%2Bkey",
            ["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] = "Authorization=Bearer%20token-of-traces",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://me:password3@127.0.0.1:4318",
            ["OPENAI_BASE_URL"] = "http://me:password2@127.0.0.1:11434/v1",
        }).Build();

        var secrets = SecretRedaction.Of(providers, configuration);

        Assert.All(["key-of-a-provider", "key-of-anthropic", "key-of-openai", "td_key-of-the-command-line", "pass+word1", "password2", "collector%2Bkey", "collector+key", "token-of-traces", "password3"], secret => Assert.True(secrets.IsIn($"x{secret}y"), secret));
        Assert.False(secrets.IsIn("http://127.0.0.1:11434/v1"));
    }

    [Fact]
    public void ChildEnvironment_HasNoVariableWithASecretInIt_AlsoOfThoseThatAreLetThrough()
    {
        // Let through by its beginning; no program looks at these two.
        Environment.SetEnvironmentVariable("LC_TASKDASHBOARD_TEST_A", "before sk-variable-12345678 behind");
        Environment.SetEnvironmentVariable("LC_TASKDASHBOARD_TEST_B", "harmless");
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-test=what a collector is told");
        var environment = new Dictionary<string, string?>();

        ChildEnvironment.Fill(environment, ProcessMark.OfScope("x"), new Dictionary<string, string>(), new SecretRedaction(["sk-variable-12345678"]));

        Assert.False(environment.ContainsKey("LC_TASKDASHBOARD_TEST_A"));
        Assert.Equal("harmless", environment["LC_TASKDASHBOARD_TEST_B"]);
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("OTEL_", StringComparison.Ordinal));
    }
}
