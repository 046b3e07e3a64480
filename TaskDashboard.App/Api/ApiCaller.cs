namespace TaskDashboard.App.Api;

/// <summary>Who a caller of the API is, as reasons tell it to people. There is one person without accounts.</summary>
internal static class ApiCaller
{
    public const string Name = "you";
}
